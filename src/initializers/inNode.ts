// What "#initializers" stands for in Node, where size does not matter: all are there at once.

export { makeInitializer } from "./registry.js";

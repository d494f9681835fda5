// What "#initializers" stands for in Node, where size does not matter: all are there at once.

import type { MakeInitializer } from "./inPages.js";
import { makeInitializer as make } from "./registry.js";

export const makeInitializer: MakeInitializer | undefined = make;

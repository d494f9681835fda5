import { train } from "./train.js";

globalThis.trained = train();

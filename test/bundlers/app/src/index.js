import { init } from "wasm-cnn";
import { train } from "./train.js";

const worker = new URLSearchParams(location.search).get("worker");
if (worker) init({ worker });

globalThis.trained = train();

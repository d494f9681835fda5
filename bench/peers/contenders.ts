import { fileURLToPath } from "node:url";
import type { Task } from "./serve.js";

/** A library to measure, and how to run it: a script that speaks the protocol of serve.ts. */
export interface ContenderSpec {
  /** For `--only`. */
  readonly name: string;
  readonly label: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly tasks: readonly Task[];
  /** npm packages that a user installs for it; the first one's version is reported. Python contenders report their own. */
  readonly packages?: readonly string[];
}

/** bench/peers, where the peers' packages and scripts are. */
export const PEERS_FOLDER = fileURLToPath(new URL("../../../bench/peers/", import.meta.url));

const ALL: readonly Task[] = ["train", "infer64", "infer1"];
const INFERENCE: readonly Task[] = ["infer64", "infer1"];

export const OURS: ContenderSpec = {
  name: "wasm-cnn",
  label: "wasm-cnn",
  command: process.execPath,
  args: [fileURLToPath(new URL("wasmCnn.js", import.meta.url))],
  tasks: ALL,
};

/** The peers; with every Python given, PyTorch and Keras in it. */
export function contenders(pythons: readonly string[]): ContenderSpec[] {
  const tfjs = ["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers"];
  const tfjsWasm = [...tfjs, "@tensorflow/tfjs-backend-wasm"];
  const javascript = [
    node("onnxruntime-node", "onnxruntime-node (native)", "onnxruntime", ["node"], ["onnxruntime-node"], INFERENCE),
    node("onnxruntime-web", "onnxruntime-web, wasm", "onnxruntime", ["web"], ["onnxruntime-web"], INFERENCE),
    node("tfjs-wasm", "TensorFlow.js, wasm", "tfjs", ["wasm"], tfjsWasm),
    node("tfjs-wasm-added", "TensorFlow.js, wasm (gradient added by hand)", "tfjs", ["wasm", "added"], tfjsWasm, [
      "train",
    ]),
    node("tfjs-cpu", "TensorFlow.js, cpu", "tfjs", ["cpu"], [...tfjs, "@tensorflow/tfjs-backend-cpu"]),
    node("jax-js", "jax-js, wasm", "jax", ["own"], ["@jax-js/jax"]),
    node("jax-js-patches", "jax-js, wasm (convolution made by hand)", "jax", ["patches"], ["@jax-js/jax"]),
    node("convnetjs", "ConvNetJS", "convnetjs", [], ["convnetjs"]),
  ];
  const native = pythons.flatMap((path) => [
    python("pytorch", "PyTorch (native)", path, "pytorch", []),
    python("pytorch-compile", "PyTorch, torch.compile (native)", path, "pytorch", ["compile"], ["train"]),
    python("keras", "Keras on TensorFlow (native)", path, "kerasTensorflow", []),
  ]);
  return [...native, ...javascript];
}

function node(
  name: string,
  label: string,
  script: string,
  args: readonly string[],
  packages: readonly string[],
  tasks = ALL,
): ContenderSpec {
  const path = `${PEERS_FOLDER}contenders/${script}.mjs`;
  return { name, label, command: process.execPath, args: [path, ...args], tasks, packages };
}

function python(
  name: string,
  label: string,
  path: string,
  script: string,
  args: readonly string[],
  tasks = ALL,
): ContenderSpec {
  return { name, label, command: path, args: [`${PEERS_FOLDER}contenders/${script}.py`, ...args], tasks };
}

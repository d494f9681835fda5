import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { TASKS, type Task, type TaskSpec, taskNames } from "./tasks.js";

/** A library to measure, and how to run it: a script that speaks the protocol of serve.ts. */
export interface ContenderSpec {
  /** For `--only`. */
  readonly name: string;
  readonly label: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Variables that its process gets. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly tasks: readonly Task[];
  /** npm packages that a user installs for it; the first one's version is reported. Python contenders report their own. */
  readonly packages?: readonly string[];
}

/** bench/peers, where the peers' packages and scripts are. */
export const PEERS_FOLDER = fileURLToPath(new URL("../../../bench/peers/", import.meta.url));

const tasksOf = (is: (task: TaskSpec) => boolean): readonly Task[] => taskNames.filter((name) => is(TASKS[name]));
/** With the seed's network, which some contenders build by themselves. */
const SEED = tasksOf(({ network }) => network === "seed");
const SEED_TRAINING = tasksOf(({ network, training }) => network === "seed" && training);
const INFERENCE = tasksOf(({ training }) => !training);
/** The networks of examples/networks. */
const NETWORKS_INFERENCE = tasksOf(({ network, training }) => network !== "seed" && !training);
const NETWORKS_TRAINING = tasksOf(({ network, training }) => network !== "seed" && training);

/** PyTorch as it would be on a machine without AVX-512. */
const AVX2 = { ONEDNN_MAX_CPU_ISA: "AVX2", ATEN_CPU_CAPABILITY: "avx2", MKL_ENABLE_INSTRUCTIONS: "AVX2" };

export const OURS: ContenderSpec = {
  name: "wasm-cnn",
  label: "wasm-cnn",
  command: process.execPath,
  args: [fileURLToPath(new URL("wasmCnn.js", import.meta.url))],
  tasks: taskNames,
};

/** The peers; with every Python given, PyTorch and Keras in it. */
export function contenders(pythons: readonly string[]): ContenderSpec[] {
  const tfjs = ["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers"];
  const tfjsWasm = [...tfjs, "@tensorflow/tfjs-backend-wasm"];
  const javascript = [
    node("onnxruntime-node", "onnxruntime-node (native)", "onnxruntime", ["node"], ["onnxruntime-node"], INFERENCE),
    node("onnxruntime-web", "onnxruntime-web, wasm", "onnxruntime", ["web"], ["onnxruntime-web"], INFERENCE),
    node("tfjs-wasm", "TensorFlow.js, wasm", "tfjs", ["wasm"], tfjsWasm, [...SEED, ...NETWORKS_INFERENCE]),
    node(
      ...(["tfjs-wasm-added", "TensorFlow.js, wasm (gradient added by hand)", "tfjs", ["wasm", "added"]] as const),
      ...([tfjsWasm, SEED_TRAINING] as const),
    ),
    node(
      ...(["tfjs-wasm-fused", "TensorFlow.js, wasm (layers fused by hand)", "tfjs", ["wasm", "fused"]] as const),
      ...([tfjsWasm, NETWORKS_INFERENCE] as const),
    ),
    node("tfjs-cpu", "TensorFlow.js, cpu", "tfjs", ["cpu"], [...tfjs, "@tensorflow/tfjs-backend-cpu"]),
    node("jax-js", "jax-js, wasm", "jax", ["own"], ["@jax-js/jax"]),
    node("jax-js-patches", "jax-js, wasm (convolution made by hand)", "jax", ["patches"], ["@jax-js/jax"]),
    node("convnetjs", "ConvNetJS", "convnetjs", [], ["convnetjs"]),
  ];
  const native = pythons.flatMap((path) => [
    python("pytorch", "PyTorch (native)", path, "pytorch", [], [...SEED, ...NETWORKS_TRAINING]),
    ...(hasAvx512() ? [limited("pytorch-avx2", "PyTorch (native), AVX2", path)] : []),
    python("pytorch-compile", "PyTorch, torch.compile (native)", path, "pytorch", ["compile"], SEED_TRAINING),
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
  tasks = SEED,
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
  tasks = SEED,
): ContenderSpec {
  return { name, label, command: path, args: [`${PEERS_FOLDER}contenders/${script}.py`, ...args], tasks };
}

function limited(name: string, label: string, path: string): ContenderSpec {
  return { ...python(name, label, path, "pytorch", [], NETWORKS_TRAINING), environment: AVX2 };
}

/** Without it there is nothing to limit; where the system does not tell, the limit does no harm. */
function hasAvx512(): boolean {
  try {
    return readFileSync("/proc/cpuinfo", "utf8").includes(" avx512f ");
  } catch {
    return true;
  }
}

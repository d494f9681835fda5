import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);

/**
 * Gives TensorFlow.js' wasm backend what it needs to run its threaded binary in Node, before the backend is set. It says that
 * Node has no threads, and hands its workers blob URLs, which Node's workers cannot load; the worker's script itself knows
 * Node. So blob URLs become the paths of two files in `folder`: that script, and the module it loads. Its thread pool is made before
 * `setThreadsCount` reaches it, with half as many threads as there are cores, from 1 to 4: so it is told of twice as many.
 */
export function threadedTfjsWasm(tf, threads, folder) {
  const threaded = "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd";
  // As the backend itself does: a line break within one of the script's strings has lost its escape.
  const worker = require(`${threaded}.worker.js`).wasmWorkerContents.replaceAll("\n", "\\n");
  const modulePath = join(folder, "tfjsModule.cjs");
  const workerPath = join(folder, "tfjsWorker.cjs");
  writeFileSync(modulePath, readFileSync(require.resolve(`${threaded}.js`)));
  writeFileSync(
    workerPath,
    `URL.createObjectURL = () => ${JSON.stringify(modulePath)}; URL.revokeObjectURL = () => {};\n${worker}`,
  );
  URL.createObjectURL = () => workerPath;
  require("node:os").cpus = () => Array.from({ length: 2 * threads });
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", true);
}

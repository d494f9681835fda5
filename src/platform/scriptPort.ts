// "#platform" in the script of worker threads, which browsers run, and Node where the file of the engine is not at hand.

import type { ThreadPort } from "./thread.js";
import { threadPort as webPort } from "./webPort.js";

/** What `process.getBuiltinModule` of Node gives. */
interface WorkerThreads {
  readonly parentPort?: {
    postMessage(message: unknown): void;
    on(event: "message", listener: (message: unknown) => void): void;
  };
}

export function threadPort(): ThreadPort | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): WorkerThreads } };
  const parentPort = process?.getBuiltinModule?.("node:worker_threads").parentPort;
  if (!parentPort) return webPort();
  return {
    post: (message) => parentPort.postMessage(message),
    onMessage: (listener) => parentPort.on("message", listener),
  };
}

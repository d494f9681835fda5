import type { Thread, ThreadPort } from "./thread.js";

/** Lets the event loop run once. By a message, as timers are slowed down in a tab that is not in view. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** Processors that this page may use. */
export function coreCount(): number {
  return navigator.hardwareConcurrency ?? 1;
}

/** How long a thread may take to answer, in milliseconds. */
export const THREAD_START_LIMIT = 2_000;

export function startThread(): Thread {
  throw new Error("threads: expected Node, got a browser");
}

export function threadPort(): ThreadPort | undefined {
  return undefined;
}

export async function mnistFolders(): Promise<string[]> {
  throw needsNode();
}

export async function mnistCacheFolder(): Promise<string> {
  throw needsNode();
}

export async function findFile(_folder: string, _names: readonly string[]): Promise<string | undefined> {
  throw needsNode();
}

export async function readBytes(_path: string, _signal?: AbortSignal): Promise<Uint8Array> {
  throw needsNode();
}

function needsNode(): Error {
  return new Error(
    "loadMnist: expected to run in Node, got a browser; fetch the files and give their bytes to parseIdx",
  );
}

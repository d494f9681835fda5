// "#platform" in the library as one file, which is the script of its workers, too.

import type { ThreadPort, ThreadSource } from "./thread.js";
import { threadPort as webPort } from "./webPort.js";
import { chosenSource, startWorker, threadSource } from "./webWorker.js";

export * from "./browser.js";

/** Tells the workers that run this file as their script from those that import it to use the library. */
const NAME = "wasm-cnn worker";

const file = threadSource("wasm-cnn.min.js", () => startWorker(import.meta.url, { type: "module", name: NAME }));

let blobUrl: string | undefined;
/** For pages of another origin: browsers start no worker from there, but let one import from there. */
const blob = threadSource("blob", () => {
  const source = `import ${JSON.stringify(import.meta.url)};`;
  blobUrl ??= URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  return startWorker(blobUrl, { type: "module", name: NAME });
});

/** Where worker threads may come from, in the order in which to try. */
export function threadSources(): readonly ThreadSource[] {
  // Not tried where it cannot work: some browsers put that on the console.
  const sameOrigin = new URL(import.meta.url).origin === globalThis.location?.origin;
  return [...chosenSource(), ...(sameOrigin ? [file] : []), blob];
}

/** The way back, in a worker that `threadSources` has started. */
export function threadPort(): ThreadPort | undefined {
  const { name } = globalThis as { name?: unknown };
  return name === NAME && typeof document === "undefined" ? webPort() : undefined;
}

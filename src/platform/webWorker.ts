import type { Thread, ThreadSource, WebWorker, WorkerOption } from "./thread.js";

/** How long a thread may take to answer, in milliseconds: a file that is no script need not be an error that one can catch. */
export const THREAD_START_LIMIT: number = 2_000;

/** Whether memory can be shared with workers: pages have to ask for it by headers. */
export function isIsolated(): boolean {
  return globalThis.crossOriginIsolated === true;
}

/** Milliseconds from the beginning of a worker to the first that it may start in Firefox. */
const FIREFOX_WORKER_AGE = 500;

/**
 * Firefox 153 at times never comes back from `new Worker` in a worker. After half a second of the worker's life that was seen in one
 * of 170 trainings, in its first moments in one of 25.
 */
async function untilWorkersMayStart(): Promise<void> {
  if (globalThis.document || !globalThis.navigator?.userAgent.includes("Firefox")) return;
  const wait = FIREFOX_WORKER_AGE - performance.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
}

/** Where threads come from, as soon as this one may start some. */
export function threadSource(name: string, start: () => Thread | Promise<Thread>): ThreadSource {
  return {
    name,
    async start() {
      await untilWorkersMayStart();
      return start();
    },
  };
}

/** The file beside the library. Bundlers know `new Worker(new URL(...))` by these very words, and bring the file along. */
const file = threadSource("worker.js", () =>
  threadOf(new Worker(new URL("../worker.js", import.meta.url), { type: "module" })),
);

let blobUrl: string | undefined;
/** For pages of another origin than the file, and bundlers that leave it behind. Not first, as many a CSP forbids it. */
const blob = threadSource("blob", async () => {
  const { source } = await import("./workerSource.generated.js");
  // Kept as long as the page: more threads may be wanted later.
  blobUrl ??= URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  return startWorker(blobUrl, { type: "module" });
});

let chosen: readonly ThreadSource[] = [];

/** Sets the source to try first. */
export function chooseWorker(worker: WorkerOption): void {
  const start = () => (typeof worker === "function" ? threadOf(worker()) : startWorker(worker, { type: "module" }));
  chosen = [threadSource("init.worker", start)];
}

/** What `chooseWorker` has set, if anything. */
export function chosenSource(): readonly ThreadSource[] {
  return chosen;
}

/** Where worker threads may come from, in the order in which to try. */
export function threadSources(): readonly ThreadSource[] {
  return [...chosen, file, blob];
}

export function startWorker(url: string | URL, options: WorkerOptions): Thread {
  return threadOf(new Worker(url, options));
}

function threadOf(started: WebWorker): Thread {
  const worker = started as Worker;
  return {
    post: (message) => worker.postMessage(message),
    onMessage(listener) {
      worker.onmessage = ({ data }) => listener(data);
    },
    onFailure(listener) {
      worker.onerror = (event) => {
        // The listener is told, the console need not be.
        event.preventDefault();
        listener(new Error(`worker thread: expected it to run, got ${event.message || "a script that does not load"}`));
      };
      worker.onmessageerror = () => {
        listener(new Error("worker thread: expected messages that can be read, got one that cannot"));
      };
    },
    hold: () => {},
    release: () => {},
    end: async () => worker.terminate(),
  };
}

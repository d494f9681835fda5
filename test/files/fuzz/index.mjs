// npm run fuzz -- --minutes N [--from NUMBER]: reads mutated files until the time is over. Ends with code 1 at the first file that
// is neither a model nor refused with a clear error, or that takes too much time or memory, and says its number.

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";

/** Milliseconds that one file may take, on a machine that is busy. */
const MOST_TIME = 20_000;
const MOST_MEMORY = 1.5 * 2 ** 30;

/** Resolves with how many files there were when `enough` says so. @throws Error at the first failure */
export function fuzz({ from = 1, threads = Math.max(1, availableParallelism() - 1), enough }) {
  const total = { files: 0, read: 0 };
  const workers = [];
  return new Promise((resolve, reject) => {
    const end = (settle, value) => {
      clearInterval(watch);
      for (const worker of workers) void worker.terminate();
      settle(value);
    };
    const watch = setInterval(() => {
      if (process.memoryUsage.rss() > MOST_MEMORY * threads) end(reject, new Error("more memory than the limit"));
    }, 500);
    for (let i = 0; i < threads; i++) {
      const counter = new BigInt64Array(new SharedArrayBuffer(8));
      const worker = new Worker(new URL("reader.mjs", import.meta.url), {
        workerData: { begin: from + i, step: threads, counter },
        resourceLimits: { maxOldGenerationSizeMb: 512 },
      });
      workers.push(worker);
      let timer;
      const wait = () => {
        clearTimeout(timer);
        timer = setTimeout(() => end(reject, new Error(`file ${counter[0]} takes too long`)), MOST_TIME);
        timer.unref();
      };
      wait();
      worker.on("message", ({ number, name, read, failure }) => {
        wait();
        total.files++;
        if (read) total.read++;
        if (failure) end(reject, new Error(`file ${number} (from ${name}): ${failure}`));
        else if (enough(total)) end(resolve, total);
      });
      worker.on("error", (error) => end(reject, new Error(`file ${counter[0]}: ${error.stack}`)));
    }
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { values } = parseArgs({
    options: { minutes: { type: "string", default: "1" }, from: { type: "string", default: "1" } },
  });
  const stop = performance.now() + 60_000 * Number(values.minutes);
  const enough = () => performance.now() > stop;
  const { files, read } = await fuzz({ from: Number(values.from), enough });
  console.log(`${files} files: ${read} models, ${files - read} refused`);
}

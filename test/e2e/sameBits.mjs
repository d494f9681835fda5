// `node test/e2e/sameBits.mjs [STEPS [THREADS ...]]`, in Deno and Bun likewise: trains 30 steps with 0, 1, 2 and 3 worker
// threads and prints one line of JSON for each. The fingerprints are the same everywhere.
import { trainSteps } from "./trainSteps.mjs";

const [steps = 30, ...threads] = process.argv.slice(2).map(Number);
for (const result of await trainSteps({ steps, ...(threads.length > 0 && { threads }) })) {
  console.log(JSON.stringify(result));
}

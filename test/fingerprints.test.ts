import { expect, it } from "vitest";
import { trainSteps } from "./e2e/trainSteps.mjs";
import fingerprints from "./fingerprints.json" with { type: "json" };

// The bits of a training never change: on all engines in test/e2e/sameBits.test.ts, of whole trainings in test/e2e/tenSeeds.mjs.
it("30 steps on MNIST give the bits they always gave", async () => {
  const results = await trainSteps({ steps: 30, threads: [0] });
  expect(results.map(({ fingerprint }) => fingerprint)).toEqual([fingerprints.steps30]);
});

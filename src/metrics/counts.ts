import type { Option } from "../base/options.js";
import { nullable, optional } from "../base/options.js";
import { checkNumber } from "../engine/check.js";
import { lazyPack } from "../engine/kernels.js";
import type { ProgramBuilder } from "../engine/program.js";
import type { Region } from "../engine/region.js";

export const confusionPack = /* @__PURE__ */ lazyPack(
  async () => (await import("../engine/packs/confusion.generated.js")).confusion,
);

/** How many numbers `confusionCounts` gives, and where each lies. */
export const COUNTS = 4;
export const COUNT = { truePositives: 0, falsePositives: 1, trueNegatives: 2, falseNegatives: 3 } as const;

/** The option of metrics that say yes above a threshold. */
export function threshold() {
  const option: Option<number> = {
    // Keras' configs hold lists.
    check: (where, value) => checkNumber(where, Array.isArray(value) && value.length === 1 ? value[0] : value, 0, 1),
  };
  return optional(nullable(option), null);
}

/** What a threshold is that has not been given. */
export const USUAL = 0.5;

export function recordCounts(
  program: ProgramBuilder,
  output: Region,
  target: Region,
  weights: Region | 0,
  threshold: number | null,
): Region {
  const counts = program.batchRegion([COUNTS]);
  const numbers = [output.size, threshold ?? USUAL, 0, 4] as const;
  program.call(confusionPack, "confusionCounts", counts, output, target, weights, ...numbers);
  return counts;
}

/** a / b, or 0 where b is 0. */
export function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}

import { normal } from "../engine/kernels/packs/normal.generated.js";
import type { WeightFiller } from "../engine/program/weight.js";

/** Fills a weight with normal numbers. */
export function fillNormal(weight: WeightFiller, mean: number, stddev: number): void {
  weight.random(normal, "normalFill", mean, stddev);
}

/** The same within two standard deviations; `stddev` is that before the distribution is cut. */
export function fillTruncatedNormal(weight: WeightFiller, mean: number, stddev: number): void {
  weight.random(normal, "normalFillTruncated", mean, stddev);
}

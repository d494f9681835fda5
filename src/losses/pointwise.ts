import { pointwise as pack } from "../engine/kernels/packs/pointwise.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { RecordedLoss } from "./loss.js";
import { weightedRows } from "./weights.js";

/** The same numbers as in assembly/losses/pointwise.ts. */
export const KIND = {
  squared: 0,
  absolute: 1,
  percentage: 2,
  squaredLogarithmic: 3,
  huber: 4,
  logCosh: 5,
  divergence: 6,
  poisson: 7,
  hinge: 8,
  squaredHinge: 9,
  binary: 10,
  binaryLogits: 11,
  focal: 12,
  focalLogits: 13,
} as const;

export interface Pointwise {
  readonly kind: (typeof KIND)[keyof typeof KIND];
  /** Times the mean over the numbers of a sample. Default 1. */
  readonly scale?: number;
  readonly smoothing?: number;
  readonly a?: number;
  readonly b?: number;
}

/** A loss that compares output and target number by number. @param output or the logits before it */
export function recordPointwise(
  program: ProgramBuilder,
  output: Region,
  target: Region,
  weights: Region | 0,
  { kind, scale = 1, smoothing = 0, a = 0, b = 0 }: Pointwise,
): RecordedLoss {
  const numbers = [...weightedRows(weights, output), kind, scale / output.size, smoothing, a, b] as const;
  const values = program.batchRegion([1]);
  program.call(pack, "pointwiseForward", values, output, target, weights, ...numbers);
  return {
    values,
    backward() {
      const gradient = program.region(output.shape);
      program.call(pack, "pointwiseBackward", gradient, output, target, weights, program.step, ...numbers);
      return { region: output, gradient };
    },
  };
}

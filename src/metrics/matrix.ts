import { confusion as confusionPack } from "../engine/kernels/packs/confusion.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { rowsPerWeight } from "../losses/weights.js";

/** How the classes of positions stand in outputs and targets. */
export interface Matrix {
  readonly classes: number;
  /** Whether output and target name the class of a position, or else have a number for each class. */
  readonly sparseOutput: boolean;
  readonly sparseTarget: boolean;
  readonly ignoreClass: number | null;
}

/** Which class was taken for which: classes * classes numbers, a row for each class of the target. */
export function recordMatrix(
  program: ProgramBuilder,
  output: Region,
  target: Region,
  weights: Region | 0,
  { classes, sparseOutput, sparseTarget, ignoreClass }: Matrix,
): Region {
  const matrix = program.batchRegion([classes * classes]);
  const ny = sparseOutput ? 0 : output.shape.at(-1)!;
  const nt = sparseTarget ? 0 : target.shape.at(-1)!;
  // No label of a class is -1.
  const rows = output.size / (ny || 1);
  const numbers = [rows, rowsPerWeight(weights, rows), ny, nt, classes, ignoreClass ?? -1] as const;
  program.call(confusionPack, "confusionMatrix", matrix, output, target, weights, ...numbers);
  return matrix;
}

/** The mean over these classes of what both call so, divided by what one does; classes that nobody names do not count. */
export function meanOverlap(matrix: ArrayLike<number>, classes: number, which: readonly number[]): number {
  let sum = 0;
  let count = 0;
  for (const c of which) {
    let union = -matrix[c * classes + c]!;
    for (let i = 0; i < classes; i++) union += matrix[c * classes + i]! + matrix[i * classes + c]!;
    if (union <= 0) continue;
    sum += matrix[c * classes + c]! / union;
    count++;
  }
  return count > 0 ? sum / count : 0;
}

import { choice, number, optional } from "../base/options.js";
import { orthogonalPenalty as pack } from "../engine/kernels/packs/orthogonalPenalty.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { formatShape } from "../engine/program/shape.js";
import type { Weight } from "../engine/program/weight.js";
import { defineRegularizer } from "./regularizer.js";

/** factor times the mean of |cosine| over all pairs of rows (or columns) of a matrix. */
export class OrthogonalRegularizer extends defineRegularizer("OrthogonalRegularizer", {
  /** Default 0.01. */
  factor: optional(number(0), 0.01),
  /** Which are to be orthogonal to each other. Default "rows". */
  mode: optional(choice("rows", "columns"), (): "rows" | "columns" => "rows"),
}) {
  record(program: ProgramBuilder, weight: Weight): Region {
    const { count, length } = this.#sizes(weight);
    return program.prepare(
      this.#unit(program, weight),
      pack,
      "orthogonalPenaltyForward",
      1,
      count,
      length,
      this.factor,
    );
  }

  recordGradient(program: ProgramBuilder, weight: Weight): void {
    const { count, length, step, stride } = this.#sizes(weight);
    const [unit, d] = [this.#unit(program, weight), program.sharedRegion(length)];
    const sizes = [count, length, step, stride] as const;
    program.callUpdateOnce(pack, "orthogonalPenaltyBackwardAdd", weight.gradient, unit, d, ...sizes, this.factor);
  }

  /** The vectors at length 1, and their lengths. */
  #unit(program: ProgramBuilder, weight: Weight): Region {
    const { count, length, step, stride } = this.#sizes(weight);
    const elements = count * (length + 1);
    return program.prepare(weight, pack, "orthogonalPenaltyNormalize", elements, count, length, step, stride);
  }

  /** Of the vectors: how many, how long, and in elements the way from one to the next and from number to number. */
  #sizes({ name, shape }: Weight) {
    const [rows, columns] = shape as [number, number];
    const count = this.mode === "rows" ? rows : columns;
    if (shape.length !== 2 || count < 2) {
      throw new RangeError(
        `OrthogonalRegularizer: expected a matrix of at least two ${this.mode}, got ${name} of shape ${formatShape(shape)}`,
      );
    }
    return this.mode === "rows"
      ? { count, length: columns, step: columns, stride: 1 }
      : { count, length: rows, step: 1, stride: columns };
  }
}

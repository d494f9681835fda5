import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { fromLogits } from "../losses/loss.js";
import { SparseCategoricalCrossentropy as SparseCategoricalCrossentropyLoss } from "../losses/sparseCategoricalCrossentropy.js";
import { defineMetric } from "./metric.js";

/** The mean of the loss of this name. */
export class SparseCategoricalCrossentropy extends defineMetric("SparseCategoricalCrossentropy", {
  /** Whether outputs are logits: what comes before a softmax. Default false. */
  fromLogits: fromLogits(),
}) {
  readonly name = "sparse_categorical_crossentropy";

  override targetShape(output: Shape): Shape {
    return new SparseCategoricalCrossentropyLoss({ fromLogits: this.fromLogits }).targetShape(output);
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return new SparseCategoricalCrossentropyLoss({ fromLogits: this.fromLogits }).record(
      program,
      output,
      target,
      weights,
    ).values;
  }
}

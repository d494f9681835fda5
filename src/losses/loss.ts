import type { ProgramBuilder } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import type { Shape } from "../engine/shape.js";

/** What a loss leaves in a program. */
export interface RecordedLoss {
  /** One number a sample. */
  readonly values: Region;
  /** Records the gradient of the batch's mean loss, and says of which region it is. */
  backward(): { region: Region; gradient: Region };
}

export abstract class Loss {
  /** As in Keras: `categorical_crossentropy`. */
  abstract readonly name: string;

  /**
   * Shape of one sample's target for outputs of this shape.
   * @throws RangeError if the loss does not fit such outputs
   */
  abstract targetShape(output: Shape): Shape;

  /** @param sampleWeights one number a sample, or 0 for ones */
  abstract record(program: ProgramBuilder, output: Region, target: Region, sampleWeights: Region | 0): RecordedLoss;
}

import { integer, optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { recordSequence, sequenceShape } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { UpSampling2D } from "./upSampling2d.js";

/** y[i,c] = x[floor(i / size), c]. Shapes: (L, C) to (L * size, C). */
export class UpSampling1D extends defineLayer("UpSampling1D", {
  /** How often each step is repeated. Default 2. */
  size: optional(integer(1), 2),
}) {
  get #image(): UpSampling2D {
    return new UpSampling2D({ size: [this.size, 1], name: this.name });
  }

  outputShape([input]: readonly Shape[]): Shape {
    return sequenceShape(this.#image, input!);
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return recordSequence(program, this.#image, x!);
  }
}

/** Options of `upSampling1d`. */
export type UpSampling1DOptions = OptionsOf<typeof UpSampling1D>;
/** y[i,c] = x[floor(i / size), c]. See {@link UpSampling1D}. */
export const upSampling1d = (options?: UpSampling1DOptions): UpSampling1D => new UpSampling1D(options);

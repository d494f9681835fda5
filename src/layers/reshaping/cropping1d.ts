import { optional, pair } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { recordSequence, sequenceShape } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { Cropping2D } from "./cropping2d.js";

/** Leaves out steps at both ends. Shapes: (L, C) to (L - before - after, C). */
export class Cropping1D extends defineLayer("Cropping1D", {
  /** One integer for both ends, or (before, after). Default 1. */
  cropping: optional(pair(0), [1, 1]),
}) {
  get #image(): Cropping2D {
    return new Cropping2D({ cropping: [this.cropping, [0, 0]], name: this.name });
  }

  outputShape([input]: readonly Shape[]): Shape {
    return sequenceShape(this.#image, input!);
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return recordSequence(program, this.#image, x!);
  }
}

/** Options of `cropping1d`. */
export type Cropping1DOptions = OptionsOf<typeof Cropping1D>;
/** Leaves out steps at both ends. See {@link Cropping1D}. */
export const cropping1d = (options?: Cropping1DOptions): Cropping1D => new Cropping1D(options);

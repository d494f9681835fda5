import type { ProgramBuilder, Recorded } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import { type Shape, sizeOf } from "../engine/shape.js";
import { Layer, type LayerConfig, type LayerOptions } from "./layer.js";

/** The elements of a sample in one row, in the order they lie in memory: (H, W, C) becomes (H * W * C). Moves nothing. */
export class Flatten extends Layer {
  constructor(options: LayerOptions = {}) {
    super("Flatten", options);
  }

  outputShape([input]: readonly Shape[]): Shape {
    return [sizeOf(input!)];
  }

  record(_program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return { outputs: [x!.view([x!.size])], backward: ([dy]) => [dy!.view(x!.shape)] };
  }

  config(): LayerConfig {
    return { data_format: "channels_last" };
  }
}

import { checkNumber } from "../engine/check.js";
import type { ProgramBuilder, Recorded } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import type { Shape } from "../engine/shape.js";
import { Layer, type LayerConfig, type LayerOptions } from "./layer.js";

export interface RescalingOptions extends LayerOptions {
  scale: number;
  /** Default 0. */
  offset?: number | undefined;
}

/** y = x * scale + offset. Shapes: any, unchanged. `scale: 1 / 255` brings bytes to 0 .. 1. */
export class Rescaling extends Layer {
  readonly scale: number;
  readonly offset: number;

  constructor(options: RescalingOptions) {
    super("Rescaling", options, ["scale", "offset"]);
    this.scale = checkNumber("rescaling.scale", options.scale);
    this.offset = checkNumber("rescaling.offset", options.offset ?? 0);
  }

  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const size = x!.size;
    const y = program.region(x!.shape);
    program.call("rescalingForward", y, x!, size, this.scale, this.offset);
    return {
      outputs: [y],
      backward: ([dy]) => {
        if (!x!.wantsGradient) return [undefined];
        const dx = program.region(x!.shape);
        program.call("rescalingBackward", dx, dy!, size, this.scale);
        return [dx];
      },
    };
  }

  config(): LayerConfig {
    return { scale: this.scale, offset: this.offset };
  }
}

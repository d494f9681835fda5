import { pair } from "../../base/options.js";
import { adaptiveMaxPool2d } from "../../engine/kernels/packs/adaptiveMaxPool2d.generated.js";
import { maxPool2d } from "../../engine/kernels/packs/maxPool2d.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { checkImage } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/**
 * y[i,j,c] = max of a window of x; the windows share the input out: from floor(i H / H') to ceil((i + 1) H / H'), likewise columns.
 * Shapes: (H, W, C) to (H', W', C) with the given output size.
 */
export class AdaptiveMaxPooling2D extends defineLayer(
  "AdaptiveMaxPooling2D",
  {
    /** One integer or (height, width). */
    outputSize: pair(1),
  },
  { data_format: "channels_last" },
) {
  outputShape([input]: readonly Shape[]): Shape {
    const [, , channels] = checkImage(input!);
    return [...this.outputSize, channels];
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const y = program.region(this.outputShape([x!.shape]));
    const argmax = program.region(y.shape);
    const [height, width, channels] = checkImage(x!.shape);
    const sizes = [height, width, channels, ...this.outputSize] as const;
    program.call(adaptiveMaxPool2d, "adaptiveMaxPool2dForward", y, argmax, x!, ...sizes);
    return {
      outputs: [y],
      backward([dy]) {
        if (!x!.wantsGradient) return [undefined];
        const dx = program.region(x!.shape);
        program.call(maxPool2d, "maxPool2dBackward", dx, dy!, argmax, x!.size, y.size);
        return [dx];
      },
    };
  }
}

/** Options of `adaptiveMaxPooling2d`. */
export type AdaptiveMaxPooling2DOptions = OptionsOf<typeof AdaptiveMaxPooling2D>;
/**
 * y[i,j,c] = max of a window of x; the windows share the input out: from floor(i H / H') to ceil((i + 1) H / H'), likewise
 * columns. See {@link AdaptiveMaxPooling2D}.
 */
export const adaptiveMaxPooling2d = (options: AdaptiveMaxPooling2DOptions): AdaptiveMaxPooling2D =>
  new AdaptiveMaxPooling2D(options);

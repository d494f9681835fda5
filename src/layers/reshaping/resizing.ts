import { boolean, choice, integer, number, optional } from "../../base/options.js";
import { pad2d } from "../../engine/kernels/packs/pad2d.generated.js";
import { resample } from "../../engine/kernels/packs/resample.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { checkImage } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { cropToAspectRatio, padToAspectRatio } from "./aspectRatio.js";
import { recordCrop } from "./recordCrop.js";
import { recordResample } from "./recordResample.js";

/**
 * An image at another size: weighted sums of the neighbours of the place ((i + 1/2) H / H' - 1/2). Weights are those of TensorFlow.
 * Shapes: (H, W, C) to (height, width, C).
 */
export class Resizing extends defineLayer(
  "Resizing",
  {
    /** Of the output. */
    height: integer(1),
    /** Of the output. */
    width: integer(1),
    /** Default "bilinear". */
    interpolation: optional(choice("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5", "area"), "bilinear"),
    /** Takes only the middle of the image, of the output's aspect ratio. Default false. */
    cropToAspectRatio: optional(boolean(), false),
    /** Puts the image in the middle of a larger one of the output's aspect ratio. Default false. */
    padToAspectRatio: optional(boolean(), false),
    /** What is around it then. Default "constant", the only one. */
    fillMode: optional(choice("constant"), "constant"),
    /** That constant. Default 0. */
    fillValue: optional(number(), 0),
    /** Whether a smaller image is smoothed; of no effect for "nearest" and "area". Default false. */
    antialias: optional(boolean(), false),
  },
  { data_format: "channels_last" },
) {
  protected override validate(): void {
    if (this.cropToAspectRatio && this.padToAspectRatio) {
      throw new RangeError("resizing: expected cropToAspectRatio or padToAspectRatio, got both");
    }
  }

  outputShape([input]: readonly Shape[]): Shape {
    const [, , channels] = checkImage(input!);
    return [this.height, this.width, channels];
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const framed = this.#recordFrame(program, x!);
    const { height, width, interpolation: method, antialias } = this;
    const resized = recordResample(program, framed.outputs[0]!, { height, width, method, antialias });
    return {
      outputs: resized.outputs,
      backward: (dys) => (x!.wantsGradient ? framed.backward!(resized.backward!(dys)) : [undefined]),
    };
  }

  #recordFrame(program: ProgramBuilder, x: Region): Recorded {
    if (this.cropToAspectRatio) return recordCrop(program, x, cropToAspectRatio(x.shape, this));
    if (!this.padToAspectRatio) return { outputs: [x], backward: (dys) => dys };
    const [height, width, channels] = checkImage(x.shape);
    const frame = padToAspectRatio(x.shape, this);
    const y = program.region([frame.height, frame.width, channels]);
    y.wantsGradient = x.wantsGradient;
    const dims = [height, width, channels, frame.height, frame.width, frame.top, frame.left] as const;
    program.call(resample, "resampleFrame", y, x, ...dims, this.fillValue);
    return {
      outputs: [y],
      backward([dy]) {
        const dx = program.region(x.shape);
        program.call(pad2d, "pad2dBackward", dx, dy!, ...dims);
        return [dx];
      },
    };
  }
}

/** Options of `resizing`. */
export type ResizingOptions = OptionsOf<typeof Resizing>;
/**
 * An image at another size: weighted sums of the neighbours of the place ((i + 1/2) H / H' - 1/2). See {@link Resizing}.
 */
export const resizing = (options: ResizingOptions): Resizing => new Resizing(options);

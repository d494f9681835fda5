import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";
import { checkImage } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { blockSize, recordSwap } from "./blocks.js";

/** Each block of places becomes the channels of one place, row by row. Shapes: (b H, b W, C) to (H, W, b b C). Keras' `ops.space_to_depth`. */
export class SpaceToDepth extends defineLayer(
  "SpaceToDepth",
  {
    /** b, the places along each side of a block. */
    blockSize: blockSize(),
  },
  { data_format: "channels_last" },
) {
  outputShape([input]: readonly Shape[]): Shape {
    const [height, width, channels] = checkImage(input!);
    const b = this.blockSize;
    // A size that is open is NaN, and so is its rest.
    if (height % b > 0 || width % b > 0) {
      throw new RangeError(`expected sides in blocks of ${b}, got an input of shape ${formatShape(input!)}`);
    }
    return [height / b, width / b, channels * b * b];
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const shape = this.outputShape([x!.shape]);
    const b = this.blockSize;
    return recordSwap(program, x!, [shape[0]!, b, shape[1]!, b, x!.shape[2]!], shape);
  }
}

/** Options of `spaceToDepth`. */
export type SpaceToDepthOptions = OptionsOf<typeof SpaceToDepth>;
/** Each block of places becomes the channels of one place, row by row. See {@link SpaceToDepth}. */
export const spaceToDepth = (options: SpaceToDepthOptions): SpaceToDepth => new SpaceToDepth(options);

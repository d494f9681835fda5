import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";
import { checkImage } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { blockSize, recordSwap } from "./blocks.js";

/**
 * The channels of each place become a block of places, row by row: what super-resolution ends with (sub-pixel convolution, pixel
 * shuffle). Shapes: (H, W, b b C) to (b H, b W, C). Keras' `ops.depth_to_space`.
 */
export class DepthToSpace extends defineLayer(
  "DepthToSpace",
  {
    /** b, the places along each side of a block. */
    blockSize: blockSize(),
  },
  { data_format: "channels_last" },
) {
  outputShape([input]: readonly Shape[]): Shape {
    const [height, width, channels] = checkImage(input!);
    const b = this.blockSize;
    if (channels % (b * b) === 0) return [height * b, width * b, channels / (b * b)];
    throw new RangeError(`expected channels in groups of ${b * b}, got an input of shape ${formatShape(input!)}`);
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const [height, width] = checkImage(x!.shape);
    const shape = this.outputShape([x!.shape]);
    const b = this.blockSize;
    return recordSwap(program, x!, [height, width, b, b, shape[2]!], shape);
  }
}

/** Options of `depthToSpace`. */
export type DepthToSpaceOptions = OptionsOf<typeof DepthToSpace>;
/**
 * The channels of each place become a block of places, row by row: what super-resolution ends with (sub-pixel convolution, pixel
 * shuffle). See {@link DepthToSpace}.
 */
export const depthToSpace = (options: DepthToSpaceOptions): DepthToSpace => new DepthToSpace(options);

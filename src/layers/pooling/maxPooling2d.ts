import { choice, optional, pair } from "../../base/options.js";
import { maxPool2d } from "../../engine/kernels/packs/maxPool2d.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { slide } from "../base/slide.js";

/**
 * y[i,j,c] = max of the window of x at (i * stride, j * stride). Shapes: (H, W, C) to (H', W', C), with
 * H' = floor((H - pool) / stride) + 1 for "valid" and ceil(H / stride) for "same".
 */
export class MaxPooling2D extends defineLayer(
  "MaxPooling2D",
  {
    /** Window, one integer or (height, width). Default 2. */
    poolSize: optional(pair(1), [2, 2]),
    /** Default: the pool size. */
    strides: optional(pair(1), ({ poolSize }): readonly [number, number] => poolSize),
    /** Default "valid". */
    padding: optional(choice("valid", "same"), "valid"),
  },
  { data_format: "channels_last" },
) {
  /** How the windows lie on an input of this shape. */
  axes(input: Shape) {
    const [height, width] = input as [number, number];
    return {
      rows: slide(height, this.poolSize[0], this.strides[0], 1, this.padding),
      columns: slide(width, this.poolSize[1], this.strides[1], 1, this.padding),
    };
  }

  outputShape([input]: readonly Shape[]): Shape {
    if (input!.length !== 3) {
      throw new RangeError(`expected an input of shape (height, width, channels), got ${formatShape(input!)}`);
    }
    const { rows, columns } = this.axes(input!);
    if (rows.output < 1 || columns.output < 1) {
      throw new RangeError(`expected an input of at least ${formatShape(this.poolSize)}, got ${formatShape(input!)}`);
    }
    return [rows.output, columns.output, input![2]!];
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const [height, width, channels] = x!.shape as [number, number, number];
    const { rows, columns } = this.axes(x!.shape);
    const y = program.region(this.outputShape([x!.shape]));
    const argmax = program.region(y.shape);
    program.call(
      maxPool2d,
      "maxPool2dForward",
      ...[y, argmax, x!],
      ...([height, width, channels, rows.output, columns.output] as const),
      ...([...this.poolSize, ...this.strides, rows.before, columns.before] as const),
    );
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

/** Options of `maxPooling2d`. */
export type MaxPooling2DOptions = OptionsOf<typeof MaxPooling2D>;
/** y[i,j,c] = max of the window of x at (i * stride, j * stride). See {@link MaxPooling2D}. */
export const maxPooling2d = (options?: MaxPooling2DOptions): MaxPooling2D => new MaxPooling2D(options);

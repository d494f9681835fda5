import { choice, optional, pair } from "../../base/options.js";
import { averagePool2d } from "../../engine/kernels/packs/averagePool2d.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";
import { checkImage } from "../base/image.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { slide } from "../base/slide.js";

/**
 * y[i,j,c] = mean of the window of x at (i * stride, j * stride); what "same" adds around does not count. Shapes: (H, W, C) to (H', W',
 * C), with H' = floor((H - pool) / stride) + 1 for "valid" and ceil(H / stride) for "same".
 */
export class AveragePooling2D extends defineLayer(
  "AveragePooling2D",
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
  #axes([height, width]: Shape) {
    return {
      rows: slide(height!, this.poolSize[0], this.strides[0], 1, this.padding),
      columns: slide(width!, this.poolSize[1], this.strides[1], 1, this.padding),
    };
  }

  outputShape([input]: readonly Shape[]): Shape {
    const [, , channels] = checkImage(input!);
    const { rows, columns } = this.#axes(input!);
    if (rows.output < 1 || columns.output < 1) {
      throw new RangeError(`expected an input of at least ${formatShape(this.poolSize)}, got ${formatShape(input!)}`);
    }
    return [rows.output, columns.output, channels];
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const { rows, columns } = this.#axes(x!.shape);
    const y = program.region(this.outputShape([x!.shape]));
    const [height, width, channels] = checkImage(x!.shape);
    const sizes = [height, width, channels, rows.output, columns.output] as const;
    const window = [...this.poolSize, ...this.strides, rows.before, columns.before] as const;
    program.call(averagePool2d, "averagePool2dForward", y, x!, ...sizes, ...window);
    return {
      outputs: [y],
      backward([dy]) {
        if (!x!.wantsGradient) return [undefined];
        const dx = program.region(x!.shape);
        program.call(averagePool2d, "averagePool2dBackward", dx, dy!, ...sizes, ...window);
        return [dx];
      },
    };
  }
}

/** Options of `averagePooling2d`. */
export type AveragePooling2DOptions = OptionsOf<typeof AveragePooling2D>;
/**
 * y[i,j,c] = mean of the window of x at (i * stride, j * stride); what "same" adds around does not count. See {@link
 * AveragePooling2D}.
 */
export const averagePooling2d = (options?: AveragePooling2DOptions): AveragePooling2D => new AveragePooling2D(options);

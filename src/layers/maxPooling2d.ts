import { checkPair } from "../engine/check.js";
import type { ProgramBuilder, Recorded } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import { formatShape, type Shape } from "../engine/shape.js";
import { Layer, type LayerConfig, type LayerOptions } from "./layer.js";
import { checkPadding, type Padding, slide } from "./padding.js";

export interface MaxPooling2DOptions extends LayerOptions {
  /** Window, one integer or (height, width). Default 2. */
  poolSize?: number | readonly [number, number] | undefined;
  /** Default: the pool size. */
  strides?: number | readonly [number, number] | undefined;
  /** Default "valid". */
  padding?: Padding | undefined;
}

/**
 * y[i,j,c] = max of the window of x at (i * stride, j * stride). Shapes: (H, W, C) to (H', W', C), with
 * H' = floor((H - pool) / stride) + 1 for "valid" and ceil(H / stride) for "same".
 */
export class MaxPooling2D extends Layer {
  readonly poolSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;

  constructor(options: MaxPooling2DOptions = {}) {
    super("MaxPooling2D", options, ["poolSize", "strides", "padding"]);
    this.poolSize = checkPair("maxPooling2d.poolSize", options.poolSize ?? 2);
    this.strides = checkPair("maxPooling2d.strides", options.strides ?? this.poolSize);
    this.padding = checkPadding("maxPooling2d.padding", options.padding ?? "valid");
  }

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
        program.call("maxPool2dBackward", dx, dy!, argmax, x!.size, y.size);
        return [dx];
      },
    };
  }

  config(): LayerConfig {
    return {
      pool_size: [...this.poolSize],
      strides: [...this.strides],
      padding: this.padding,
      data_format: "channels_last",
    };
  }
}

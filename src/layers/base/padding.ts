import { pad2d } from "../../engine/kernels/packs/pad2d.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";
import { type Padding, slide, type WindowAxis } from "./slide.js";

/** Records zeros around x, (height, width, channels), where an axis asks for them. */
export function recordPadding(program: ProgramBuilder, x: Region, rows: WindowAxis, columns: WindowAxis): Recorded {
  const [height, width, channels] = x.shape as [number, number, number];
  if (rows.padded === height && columns.padded === width) return { outputs: [x], backward: (dys) => dys };
  const y = program.region([rows.padded, columns.padded, channels]);
  y.wantsGradient = x.wantsGradient;
  const dims = [height, width, channels, rows.padded, columns.padded, rows.before, columns.before] as const;
  program.call(pad2d, "pad2dForward", y, x, ...dims);
  return {
    outputs: [y],
    backward([dy]) {
      const dx = program.region(x.shape);
      program.call(pad2d, "pad2dBackward", dx, dy!, ...dims);
      return [dx];
    },
  };
}

/** How the windows of a layer lie on an image (height, width, channels). @throws RangeError if it is none, or too small for one window */
export function slideImage(
  input: Shape,
  {
    kernelSize,
    strides,
    dilationRate,
    padding,
  }: {
    readonly kernelSize: readonly [number, number];
    readonly strides: readonly [number, number];
    readonly dilationRate: readonly [number, number];
    readonly padding: Padding;
  },
): readonly [rows: WindowAxis, columns: WindowAxis] {
  if (input.length !== 3) {
    throw new RangeError(`expected an input of shape (height, width, channels), got ${formatShape(input)}`);
  }
  const axis = (i: 0 | 1) => slide(input[i]!, kernelSize[i], strides[i], dilationRate[i], padding);
  const [rows, columns] = [axis(0), axis(1)];
  if (rows.output < 1 || columns.output < 1) {
    const reach = kernelSize.map((size, i) => (size - 1) * dilationRate[i]! + 1);
    throw new RangeError(`expected an input of at least ${formatShape(reach)}, got ${formatShape(input)}`);
  }
  return [rows, columns];
}

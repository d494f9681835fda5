import type { ProgramBuilder, Recorded } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { formatShape, type Shape } from "../engine/program/shape.js";

/**
 * A function that a layer ends with, y = f(x), shapes unchanged unless it says so. It holds its parameters only.
 */
export interface Activation {
  /** Keras' name: `relu`. */
  readonly name: string;
  /** Shape of y for x of this shape; left out where it is the same. @throws RangeError where it does not fit */
  outputShape?(shape: readonly number[]): readonly number[];
  /** Records the kernels of y = f(x), and returns what records those of the gradient. */
  record(program: ProgramBuilder, x: Region): Recorded;
  /** How a config says it: the name, or `{ class_name, config }` where it has parameters. Default: the name. */
  config?(): unknown;
  /** Least and greatest y, where y is the nearest to x between them. */
  readonly bounds?: readonly [least: number, most: number];
  /** Brings in what `record` needs, if that is not there at once. Called before the first `record`. */
  load?(): Promise<void>;
}

/** f(x) = x */
export const linear: Activation = { name: "linear", record: (_, x) => ({ outputs: [x], backward: (dys) => dys }) };

/** What glu makes of a shape: half of the last axis. @throws RangeError unless that is even */
export function halved(shape: Shape): Shape {
  const last = shape.at(-1) ?? 1;
  if (last % 2 === 1) {
    throw new RangeError(`glu: expected an even number of elements in the last axis, got ${formatShape(shape)}`);
  }
  return [...shape.slice(0, -1), last / 2];
}

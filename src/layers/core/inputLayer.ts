import { checkInteger, show } from "../../base/check.js";
import { choice, type Option, optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { makeCall, type OpenShape, type SymbolicTensor } from "../base/symbolic.js";

/** Sizes of the axes of a sample; null where data decides. Held as NaN. */
function openShape(): Option<Shape, OpenShape> {
  return {
    check(where, value) {
      if (!Array.isArray(value)) throw new TypeError(`${where}: expected an array of sizes, got ${show(value)}`);
      return value.map((size, axis) => (size === null ? Number.NaN : checkInteger(`${where}[${axis}]`, size, 1)));
    },
    write: (value) => value.map((size) => (Number.isNaN(size) ? null : size)),
  };
}

/** Where data comes into a graph. Shapes: those of a sample, unchanged. */
export class InputLayer extends defineLayer("InputLayer", {
  /** Of one sample, without the batch axis; null for a size that data decides. */
  shape: openShape(),
  /** Default "float32". Bytes (`Uint8Array`) are taken too, at face value. */
  dtype: optional(choice("float32"), "float32"),
}) {
  outputShape(): Shape {
    return this.shape;
  }

  record(_program: ProgramBuilder): Recorded {
    throw new Error(`inputLayer: expected data for "${this.name}", got none`);
  }

  /** What it gives out. */
  get tensor(): SymbolicTensor {
    return this.calls[0]?.outputs[0] ?? makeCall(this, []).outputs[0]!;
  }
}

/** Options of `input`. */
export type InputOptions = OptionsOf<typeof InputLayer>;

/** Where data comes into a graph. See {@link InputLayer}. */
export const inputLayer = (options: InputOptions): InputLayer => new InputLayer(options);

/**
 * Where a graph begins: `layer.apply(input({ shape: [28, 28, 1] }))`.
 * @throws TypeError, RangeError for wrong options
 */
export function input(options: InputOptions): SymbolicTensor {
  return new InputLayer(options).tensor;
}

import { type Shape, sizeOf } from "../../engine/program/shape.js";
import { encodeFloat16 } from "../float16.js";
import { FLOAT, type OnnxGraph, type OnnxNode, type OnnxTensor } from "./proto.js";

/** The greatest half. */
const MOST_HALF = 65504;

export interface Numbers {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** What a node gives out. ONNX has images as NCHW and sequences as NCL, we have channels last: a value knows how it lies. */
export interface Value {
  readonly name: string;
  /** Of a sample, as Keras has it, channels last. Open sizes are NaN. */
  readonly shape: Shape;
  /** Never of a row of numbers. */
  readonly channelsFirst: boolean;
  /** Channels of the images that it has been flattened from, if they were first: its elements are in that order. */
  readonly flattened?: number;
}

/** An axis of a sample, from 0 on, as ONNX counts it: with the batch, and as the value lies. */
export function axisIn({ shape, channelsFirst }: Value, axis: number): number {
  if (!channelsFirst) return axis + 1;
  return axis === shape.length - 1 ? 1 : axis + 2;
}

/** What is said of each axis of a sample, in the order in which a value has them. */
export function inOrderOf<T>({ channelsFirst }: Value, each: readonly T[]): readonly T[] {
  return channelsFirst ? [each.at(-1)!, ...each.slice(0, -1)] : each;
}

/** ONNX nodes on values by name. */
export class OnnxGraphBuilder {
  /** The layer whose nodes are added. */
  layer = "";
  readonly #float16: boolean;
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[] = [];
  readonly #names: Set<string>;
  /** Values that lie otherwise, by the name of the one that they are of: each is transposed once. */
  readonly #transposed = new Map<string, Value>();

  /** @param names of inputs and outputs, which nothing else may have */
  constructor(names: readonly string[], float16: boolean) {
    this.#names = new Set(names);
    this.#float16 = float16;
  }

  /** Adds a node; gives its value, which has shape and layout of the first input, but for the changes. */
  add(
    operator: string,
    inputs: readonly (Value | string)[],
    attributes: OnnxNode["attributes"] = {},
    changes: Partial<Value> = {},
  ): Value {
    const first = inputs.find((input) => typeof input !== "string")!;
    const name = this.#unique(operator);
    const names = inputs.map((input) => (typeof input === "string" ? input : input.name));
    this.#nodes.push({ operator, name, inputs: names, outputs: [name], attributes });
    return { ...first, ...changes, name };
  }

  /** Likewise, of an operator with a second output that nothing takes. */
  addWithUnused(operator: string, inputs: readonly (Value | string)[], attributes: OnnxNode["attributes"]): Value {
    const made = this.add(operator, inputs, attributes);
    const node = this.#nodes.pop()!;
    this.#nodes.push({ ...node, outputs: [made.name, this.#unique(`${operator}/unused`)] });
    return made;
  }

  constant(name: string, { shape, data }: Numbers): string {
    const unique = this.#unique(name);
    this.#initializers.push({ name: unique, shape, data });
    return unique;
  }

  scalar(name: string, value: number): string {
    return this.constant(name, { shape: [], data: Float32Array.of(value) });
  }

  /** Sizes and the like, 64-bit. */
  integers(name: string, values: readonly number[]): string {
    const unique = this.#unique(name);
    this.#initializers.push({ name: unique, shape: [values.length], data: BigInt64Array.from(values, BigInt) });
    return unique;
  }

  /** A constant that may be held as halves. @throws RangeError if it does not fit into them */
  weight(name: string, { shape, data }: Numbers): string {
    if (!this.#float16) return this.constant(name, { shape, data });
    const large = data.find((value) => Math.abs(value) > MOST_HALF);
    if (large !== undefined) {
      throw new RangeError(
        `writeOnnx: expected ${this.layer}/${name} to fit 16-bit floats, up to ${MOST_HALF}, got ${large}`,
      );
    }
    const output = this.#unique(name);
    const halves = this.#unique(`${name}/float16`);
    this.#initializers.push({ name: halves, shape, data: encodeFloat16(data) });
    this.#nodes.push({
      operator: "Cast",
      name: output,
      inputs: [halves],
      outputs: [output],
      attributes: { to: FLOAT },
    });
    return output;
  }

  /** A constant for each element of the value, or for those along some axes: it has size 1 along the others. */
  perElement(name: string, value: Value, { shape, data }: Numbers, isWeight = true): string {
    const axes = value.shape.map((_, axis) => axis);
    const order = inOrderOf(value, axes);
    const numbers = { shape: order.map((axis) => shape[axis]!), data: transpose({ shape, data }, order) };
    return isWeight ? this.weight(name, numbers) : this.constant(name, numbers);
  }

  /** The same numbers, images and sequences lying as asked for, all else in Keras' order. */
  toLayout(value: Value, channelsFirst: boolean): Value {
    if (value.flattened !== undefined) return this.#inOrder(value, value.flattened);
    const rank = value.shape.length;
    if (rank < 2 || channelsFirst === value.channelsFirst) return value;
    const known = this.#transposed.get(value.name);
    if (known) return known;
    const spatial = Array.from({ length: rank - 1 }, (_, i) => i + 1);
    const perm = channelsFirst ? [0, rank, ...spatial] : [0, ...spatial.map((axis) => axis + 1), 1];
    const made = this.add("Transpose", [value], { perm }, { channelsFirst });
    this.#transposed.set(value.name, made);
    this.#transposed.set(made.name, value);
    return made;
  }

  #inOrder(value: Value, channels: number): Value {
    const known = this.#transposed.get(value.name);
    if (known) return known;
    const { flattened: _, ...rest } = value;
    const apart = this.add("Reshape", [value, this.integers("shape", [0, channels, -1])]);
    const turned = this.add("Transpose", [apart], { perm: [0, 2, 1] });
    const made = { ...rest, name: this.add("Flatten", [turned], { axis: 1 }).name };
    this.#transposed.set(value.name, made);
    return made;
  }

  /** @param anyOrder whether those that take it do not mind that channels stay first */
  flatten(given: Value, anyOrder: boolean): Value {
    const value = anyOrder ? given : this.toLayout(given, false);
    const shape = [sizeOf(value.shape)];
    if (value.shape.length === 1) return value;
    const flattened = value.channelsFirst ? { flattened: value.shape.at(-1)! } : {};
    return this.add("Flatten", [value], { axis: 1 }, { shape, channelsFirst: false, ...flattened });
  }

  /**
   * @param inputs as the model names them
   * @param outputs likewise, with the values that they are
   */
  finish(
    name: string,
    inputs: readonly Value[],
    outputs: readonly (readonly [name: string, value: Value])[],
  ): OnnxGraph {
    const renamed = new Map<string, string>();
    const given = new Set(inputs.map((input) => input.name));
    for (const [output, value] of outputs) {
      // A value has one name: inputs, and values that are several outputs, are repeated.
      if (given.has(value.name) || renamed.has(value.name)) {
        const made = this.add("Identity", [value]);
        renamed.set(made.name, output);
      } else renamed.set(value.name, output);
    }
    const rename = (value: string) => renamed.get(value) ?? value;
    return {
      name,
      nodes: this.#nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map(rename),
        outputs: node.outputs.map(rename),
      })),
      initializers: this.#initializers,
      inputs: inputs.map((input) => ({ name: input.name, shape: lie(input.name, input) })),
      outputs: outputs.map(([output, value]) => ({ name: output, shape: lie(output, value) })),
    };
  }

  /** `conv2d/kernel`; layers may be named so that a number is needed. */
  #unique(name: string): string {
    const base = `${this.layer}/${name}`;
    let unique = base;
    for (let i = 1; this.#names.has(unique); i++) unique = `${base}_${i}`;
    this.#names.add(unique);
    return unique;
  }
}

/** Sizes with those of any number of samples; open ones have the name of the value and the axis that Keras counts. */
function lie(name: string, value: Value): (number | string)[] {
  const sizes = value.shape.map((size, axis) => (Number.isNaN(size) ? `${name}_${axis + 1}` : size));
  return ["N", ...inOrderOf(value, sizes)];
}

/** The numbers with their axes in another order. */
export function transpose({ shape, data }: Numbers, order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const result = new Float32Array(data.length);
  const sizes = order.map((axis) => shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  const places = sizes.map(() => 0);
  let from = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = data[from]!;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++places[axis]! < sizes[axis]!) break;
      from -= steps[axis]! * sizes[axis]!;
      places[axis] = 0;
    }
  }
  return result;
}

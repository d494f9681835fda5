import { type Shape, sizeOf } from "../engine/shape.js";
import { encodeFloat16 } from "./float16.js";
import { FLOAT, type OnnxGraph, type OnnxNode, type OnnxTensor } from "./onnxProto.js";

const INPUT = "input";
const OUTPUT = "output";
/** The greatest half. */
const MOST_HALF = 65504;

interface Values {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** A chain of ONNX nodes. ONNX has images as NCHW, and we have NHWC: the builder knows how its last value lies. */
export class OnnxGraphBuilder {
  /** The layer whose nodes are added. */
  layer = "";
  /** Of the last value: a sample's, as Keras has it, channels last. */
  shape: Shape;
  /** Channels of the images that the last value has been flattened from, if it was with channels first. */
  flattened: number | undefined;
  readonly #input: Shape;
  readonly #options: { readonly channelsFirst: boolean; readonly float16: boolean };
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[] = [];
  readonly #names = new Set([INPUT, OUTPUT]);
  #channelsFirst: boolean;
  #last = INPUT;

  constructor(input: Shape, options: { channelsFirst: boolean; float16: boolean }) {
    this.shape = input;
    this.#input = input;
    this.#options = options;
    this.#channelsFirst = options.channelsFirst;
  }

  /** Of the last value, with its batch axis. */
  get channelAxis(): number {
    return this.#channelsFirst ? 1 : -1;
  }

  /** Adds a node on the last value and these constants. Attributes without a value are left out. */
  add(operator: string, attributes: OnnxNode["attributes"] = {}, constants: readonly string[] = []): void {
    const name = this.#unique(operator);
    this.#nodes.push({ operator, name, inputs: [this.#last, ...constants], output: name, attributes });
    this.#last = name;
  }

  constant(name: string, { shape, data }: Values): string {
    const unique = this.#unique(name);
    this.#initializers.push({ name: unique, shape, data });
    return unique;
  }

  /** A constant that may be held as halves. @throws RangeError if it does not fit into them */
  weight(name: string, { shape, data }: Values): string {
    if (!this.#options.float16) return this.constant(name, { shape, data });
    const large = data.find((value) => Math.abs(value) > MOST_HALF);
    if (large !== undefined) {
      throw new RangeError(
        `writeOnnx: expected ${this.layer}/${name} to fit 16-bit floats, up to ${MOST_HALF}, got ${large}`,
      );
    }
    const output = this.#unique(name);
    const halves = this.#unique(`${name}/float16`);
    this.#initializers.push({ name: halves, shape, data: encodeFloat16(data) });
    this.#nodes.push({ operator: "Cast", name: output, inputs: [halves], output, attributes: { to: FLOAT } });
    return output;
  }

  /** Transposes the last value where it is of images and does not lie like this yet. */
  toLayout(channelsFirst: boolean): void {
    if (this.shape.length !== 3 || channelsFirst === this.#channelsFirst) return;
    this.add("Transpose", { perm: channelsFirst ? [0, 3, 1, 2] : [0, 2, 3, 1] });
    this.#channelsFirst = channelsFirst;
  }

  flatten(): void {
    if (this.#channelsFirst) this.flattened = this.shape.at(-1)!;
    this.#channelsFirst = false;
    if (this.shape.length !== 1) this.add("Flatten", { axis: 1 });
    this.shape = [sizeOf(this.shape)];
  }

  finish(name: string): OnnxGraph {
    if (this.#nodes.length === 0) this.add("Identity");
    const last = this.#nodes.at(-1)!;
    const lie = (shape: Shape, first: boolean) => ["N", ...(first ? [shape.at(-1)!, ...shape.slice(0, -1)] : shape)];
    return {
      name,
      nodes: [...this.#nodes.slice(0, -1), { ...last, output: OUTPUT }],
      initializers: this.#initializers,
      inputs: [{ name: INPUT, shape: lie(this.#input, this.#options.channelsFirst) }],
      outputs: [{ name: OUTPUT, shape: lie(this.shape, this.#channelsFirst) }],
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

import { PbfReader } from "pbf";
import { reluForward, softmaxForward } from "../reference/activation.js";
import { conv2dForward } from "../reference/conv2d.js";
import { denseForward } from "../reference/dense.js";
import { maxPool2dForward } from "../reference/maxPool2d.js";
import { dimensions4, type Tensor, tensor } from "../reference/tensor.js";

// ONNX files as the tests need them: decoded by onnx.proto's numbers, and run as the specification of the operators says, on the
// loops of the reference.

export interface DecodedNode {
  operator: string;
  inputs: string[];
  output: string;
  attributes: Map<string, number[]>;
}

export interface DecodedModel {
  opset: number;
  irVersion: number;
  nodes: DecodedNode[];
  constants: Map<string, { shape: number[]; type: number; bytes: Uint8Array }>;
  inputs: { name: string; shape: (number | string)[] }[];
  outputs: { name: string; shape: (number | string)[] }[];
}

/** One message, field by field. */
function message<T>(pbf: PbfReader, result: T, fields: Record<number, (pbf: PbfReader) => unknown>): T {
  return pbf.readMessage((tag) => void fields[tag]?.(pbf), result);
}

export function decodeOnnx(bytes: Uint8Array): DecodedModel {
  const model: DecodedModel = { opset: 0, irVersion: 0, nodes: [], constants: new Map(), inputs: [], outputs: [] };
  const reader = new PbfReader(bytes);
  const graph = {
    1: (pbf: PbfReader) => model.nodes.push(decodeNode(pbf)),
    5: (pbf: PbfReader) => model.constants.set(...decodeTensor(pbf)),
    11: (pbf: PbfReader) => model.inputs.push(decodeValue(pbf)),
    12: (pbf: PbfReader) => model.outputs.push(decodeValue(pbf)),
  };
  reader.readFields((tag, _, pbf) => {
    if (tag === 1) model.irVersion = pbf.readVarint();
    if (tag === 7) message(pbf, model, graph);
    if (tag === 8) message(pbf, model, { 2: () => (model.opset = pbf.readVarint()) });
  }, model);
  return model;
}

function decodeNode(pbf: PbfReader): DecodedNode {
  const node: DecodedNode = { operator: "", inputs: [], output: "", attributes: new Map() };
  return message(pbf, node, {
    1: () => node.inputs.push(pbf.readString()),
    2: () => {
      // Of operators with several outputs nothing takes the others.
      const name = pbf.readString();
      node.output ||= name;
    },
    4: () => (node.operator = pbf.readString()),
    5: () => {
      let name = "";
      const values: number[] = [];
      message(pbf, undefined, {
        1: () => (name = pbf.readString()),
        2: () => values.push(pbf.readFloat()),
        3: () => values.push(pbf.readVarint(true)),
        8: () => values.push(pbf.readVarint(true)),
      });
      node.attributes.set(name, values);
    },
  });
}

function decodeTensor(pbf: PbfReader): [string, { shape: number[]; type: number; bytes: Uint8Array }] {
  const value = { shape: [] as number[], type: 0, bytes: new Uint8Array() };
  let name = "";
  message(pbf, value, {
    1: () => value.shape.push(pbf.readVarint()),
    2: () => (value.type = pbf.readVarint()),
    8: () => (name = pbf.readString()),
    9: () => (value.bytes = pbf.readBytes().slice()),
  });
  return [name, value];
}

function decodeValue(pbf: PbfReader) {
  const value = { name: "", shape: [] as (number | string)[] };
  const size = { 1: () => value.shape.push(pbf.readVarint()), 2: () => value.shape.push(pbf.readString()) };
  const shape = { 1: () => message(pbf, value, size) };
  const tensorType = { 2: () => message(pbf, value, shape) };
  return message(pbf, value, {
    1: () => (value.name = pbf.readString()),
    2: () => message(pbf, value, { 1: () => message(pbf, value, tensorType) }),
  });
}

type Operator = (inputs: readonly Tensor[], attributes: ReadonlyMap<string, number[]>) => Tensor;

/** Elementwise, with NumPy's broadcasting. */
const broadcast = (operation: (a: number, b: number) => number): Operator => {
  return ([a, b]) => {
    const rank = Math.max(a!.shape.length, b!.shape.length);
    const sizes = [a!, b!].map(({ shape }) => [...Array<number>(rank - shape.length).fill(1), ...shape]);
    const shape = sizes[0]!.map((size, axis) => Math.max(size, sizes[1]![axis]!));
    const at = (x: Tensor, own: readonly number[], i: number) => {
      let index = 0;
      let rest = i;
      let step = 1;
      for (let axis = rank - 1; axis >= 0; axis--) {
        index += own[axis] === 1 ? 0 : (rest % shape[axis]!) * step;
        rest = Math.floor(rest / shape[axis]!);
        step *= own[axis]!;
      }
      return x.data[index]!;
    };
    const y = tensor(shape);
    for (let i = 0; i < y.data.length; i++) y.data[i] = operation(at(a!, sizes[0]!, i), at(b!, sizes[1]!, i));
    return y;
  };
};

function transpose(x: Tensor, perm: readonly number[]): Tensor {
  const strides = x.shape.map((_, axis) => x.shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const shape = perm.map((axis) => x.shape[axis]!);
  const y = tensor(shape);
  const inner = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  for (let i = 0; i < y.data.length; i++) {
    const from = perm.map((axis, to) => (Math.floor(i / inner[to]!) % shape[to]!) * strides[axis]!);
    y.data[i] = x.data[from.reduce((sum, part) => sum + part, 0)]!;
  }
  return y;
}

const toNhwc = (x: Tensor) => transpose(x, [0, 2, 3, 1]);
export const toNchw = (x: Tensor) => transpose(x, [0, 3, 1, 2]);

/** NHWC with `value` around: pads are top, left, bottom, right. */
function pad(x: Tensor, [top, left, bottom, right]: readonly number[], value: number): Tensor {
  const [samples, height, width, channels] = dimensions4(x);
  const y = tensor([samples, top! + height + bottom!, left! + width + right!, channels]);
  y.data.fill(value);
  for (let row = 0; row < samples * height; row++) {
    const sample = Math.floor(row / height);
    const to = (sample * y.shape[1]! + (row % height) + top!) * y.shape[2]! + left!;
    const length = width * channels;
    y.data.set(x.data.subarray(row * length, (row + 1) * length), to * channels);
  }
  return y;
}

const OPERATORS: Record<string, Operator> = {
  Identity: ([x]) => x!,
  Cast: ([x]) => x!,
  Transpose: ([x], attributes) => transpose(x!, attributes.get("perm")!),
  Mul: broadcast((a, b) => a * b),
  Add: broadcast((a, b) => a + b),
  Sub: broadcast((a, b) => a - b),
  GlobalAveragePool([x]) {
    const [samples, channels, height, width] = dimensions4(x!);
    const area = height * width;
    const mean = (_: number, i: number) =>
      x!.data.slice(i * area, (i + 1) * area).reduce((sum, value) => sum + value, 0) / area;
    return tensor([samples, channels, 1, 1], Array.from({ length: samples * channels }, mean));
  },
  BatchNormalization([x, gamma, beta, mean, variance], attributes) {
    const [epsilon] = attributes.get("epsilon")!;
    const channels = x!.shape[1]!;
    const area = x!.data.length / x!.shape[0]! / channels;
    return tensor(
      x!.shape,
      x!.data.map((value, i) => {
        const c = Math.floor(i / area) % channels;
        const scale = gamma!.data[c]! / Math.sqrt(variance!.data[c]! + epsilon!);
        return (value - mean!.data[c]!) * scale + beta!.data[c]!;
      }),
    );
  },
  Relu: ([x]) => reluForward(x!),
  Softmax([x], attributes) {
    const [axis] = attributes.get("axis")!;
    if (axis === -1) return softmaxForward(x!);
    expectAxis(axis, 1);
    return toNchw(softmaxForward(toNhwc(x!)));
  },
  Conv([x, w, b], attributes) {
    expectAxis(attributes.get("group")![0], 1);
    return toNchw(
      conv2dForward({
        x: pad(toNhwc(x!), attributes.get("pads")!, 0),
        w: transpose(w!, [2, 3, 1, 0]),
        ...(b && { b }),
        strides: attributes.get("strides") as [number, number],
        dilation: attributes.get("dilations") as [number, number],
      }),
    );
  },
  MaxPool([x], attributes) {
    return toNchw(
      maxPool2dForward({
        x: pad(toNhwc(x!), attributes.get("pads")!, Number.NEGATIVE_INFINITY),
        poolSize: attributes.get("kernel_shape") as [number, number],
        strides: attributes.get("strides") as [number, number],
      }).y,
    );
  },
  Flatten([x], attributes) {
    expectAxis(attributes.get("axis")![0], 1);
    return tensor([x!.shape[0]!, x!.data.length / x!.shape[0]!], x!.data);
  },
  Gemm: ([x, w, b]) => denseForward({ x: x!, w: w!, ...(b && { b }) }),
  MatMul([x, w]) {
    const rows = tensor([x!.data.length / w!.shape[0]!, w!.shape[0]!], x!.data);
    return tensor([...x!.shape.slice(0, -1), w!.shape[1]!], denseForward({ x: rows, w: w! }).data);
  },
};

function expectAxis(actual: number | undefined, expected: number): void {
  if (actual !== expected) throw new Error(`expected ${expected}, got ${actual}`);
}

/** What the model makes of x. */
export function runOnnx(model: DecodedModel, x: Tensor): Tensor {
  return runOnnxGraph(model, { [model.inputs[0]!.name]: x })[model.outputs[0]!.name]!;
}

/** Likewise, of several inputs and outputs by name. */
export function runOnnxGraph(model: DecodedModel, given: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const values = new Map<string, Tensor>(Object.entries(given));
  for (const [name, { shape, type, bytes }] of model.constants) {
    values.set(name, tensor(shape, type === 1 ? new Float32Array(bytes.buffer) : halves(bytes)));
  }
  for (const { operator, inputs, output, attributes } of model.nodes) {
    values.set(
      output,
      OPERATORS[operator]!(
        inputs.map((name) => values.get(name)!),
        attributes,
      ),
    );
  }
  return Object.fromEntries(model.outputs.map(({ name }) => [name, values.get(name)!]));
}

function halves(bytes: Uint8Array): number[] {
  return Array.from(new Uint16Array(bytes.buffer), (bits) => {
    const fraction = bits & 1023;
    const exponent = (bits >> 10) & 31;
    return (bits & 0x8000 ? -1 : 1) * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
  });
}

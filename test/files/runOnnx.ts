import { PbfReader } from "pbf";
import { type Tensor, tensor } from "../reference/tensor.js";
import { OPERATORS } from "./onnxOperators.js";

// ONNX files as the tests need them: decoded by onnx.proto's numbers, and run.

export interface DecodedNode {
  operator: string;
  inputs: string[];
  output: string;
  attributes: Map<string, (number | string)[]>;
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
      const values: (number | string)[] = [];
      message(pbf, undefined, {
        1: () => (name = pbf.readString()),
        2: () => values.push(pbf.readFloat()),
        3: () => values.push(pbf.readVarint(true)),
        4: () => values.push(pbf.readString()),
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

export const toNchw = (x: Tensor) => OPERATORS.Transpose!([x], new Map([["perm", [0, 3, 1, 2]]]));

/** What the model makes of x. */
export function runOnnx(model: DecodedModel, x: Tensor): Tensor {
  return runOnnxGraph(model, { [model.inputs[0]!.name]: x })[model.outputs[0]!.name]!;
}

/** Likewise, of several inputs and outputs by name. */
export function runOnnxGraph(model: DecodedModel, given: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const values = new Map<string, Tensor>(Object.entries(given));
  for (const [name, { shape, type, bytes }] of model.constants) {
    values.set(name, tensor(shape, CONSTANTS[type]!(bytes)));
  }
  for (const { operator, inputs, output, attributes } of model.nodes) {
    const known = OPERATORS[operator];
    if (!known) throw new Error(`runOnnx: expected an operator that is known here, got ${operator}`);
    values.set(
      output,
      known(
        inputs.map((name) => values.get(name)!),
        attributes,
      ),
    );
  }
  return Object.fromEntries(model.outputs.map(({ name }) => [name, values.get(name)!]));
}

/** By the numbers of their types. */
const CONSTANTS: Readonly<Record<number, (bytes: Uint8Array) => ArrayLike<number>>> = {
  1: (bytes) => new Float32Array(bytes.buffer),
  7: (bytes) => Array.from(new BigInt64Array(bytes.buffer), Number),
  10: halves,
};

function halves(bytes: Uint8Array): number[] {
  return Array.from(new Uint16Array(bytes.buffer), (bits) => {
    const fraction = bits & 1023;
    const exponent = (bits >> 10) & 31;
    return (bits & 0x8000 ? -1 : 1) * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
  });
}

import { PbfWriter } from "pbf";
import type { Bytes } from "../../engine/kernels/kinds.js";

// The part of ONNX' protobuf schema (onnx.proto) that layers need. The numbers are those of the schema's fields.

export interface OnnxModel {
  readonly irVersion: number;
  readonly opset: number;
  readonly producer: string;
  readonly graph: OnnxGraph;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export interface OnnxNode {
  readonly operator: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** An integer or several, a text, or a 32-bit float. */
export type OnnxAttribute = number | readonly number[] | string | { readonly float: number };

export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Uint16Array: halves. */
  readonly data: Float32Array | Uint16Array | BigInt64Array;
}

/** An input or output of 32-bit floats; a string is an axis of any size. */
export interface OnnxValue {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

/** TensorProto.DataType */
export const FLOAT = 1;
const INT64 = 7;
const FLOAT16 = 10;
/** AttributeProto.AttributeType */
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 };

/** The bytes of an `.onnx` file. */
export function encodeOnnx(model: OnnxModel): Bytes {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, model.irVersion);
  pbf.writeStringField(2, model.producer);
  pbf.writeMessage(7, writeGraph, model.graph);
  pbf.writeMessage(8, (version, writer) => writer.writeVarintField(2, version), model.opset);
  // A copy: the writer's own buffer may be twice as long.
  return pbf.finish().slice();
}

function writeGraph(graph: OnnxGraph, pbf: PbfWriter): void {
  for (const node of graph.nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, graph.name);
  for (const tensor of graph.initializers) pbf.writeMessage(5, writeTensor, tensor);
  for (const value of graph.inputs) pbf.writeMessage(11, writeValue, value);
  for (const value of graph.outputs) pbf.writeMessage(12, writeValue, value);
}

function writeNode(node: OnnxNode, pbf: PbfWriter): void {
  for (const input of node.inputs) pbf.writeStringField(1, input);
  for (const output of node.outputs) pbf.writeStringField(2, output);
  pbf.writeStringField(3, node.name);
  pbf.writeStringField(4, node.operator);
  for (const attribute of Object.entries(node.attributes)) pbf.writeMessage(5, writeAttribute, attribute);
}

function writeAttribute([name, value]: [string, OnnxAttribute], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  if (typeof value === "number") pbf.writeVarintField(3, value);
  else if (typeof value === "string") pbf.writeStringField(4, value);
  else if ("float" in value) pbf.writeFloatField(2, value.float);
  else for (const one of value) pbf.writeVarintField(8, one);
  pbf.writeVarintField(20, ATTRIBUTE[kindOf(value)]);
}

function kindOf(value: OnnxAttribute): keyof typeof ATTRIBUTE {
  if (typeof value === "number") return "int";
  if (typeof value === "string") return "string";
  return "float" in value ? "float" : "ints";
}

function writeTensor({ name, shape, data }: OnnxTensor, pbf: PbfWriter): void {
  for (const size of shape) pbf.writeVarintField(1, size);
  pbf.writeVarintField(2, data instanceof Float32Array ? FLOAT : data instanceof BigInt64Array ? INT64 : FLOAT16);
  pbf.writeStringField(8, name);
  pbf.writeBytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValue({ name, shape }: OnnxValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, (_, type) => type.writeMessage(1, writeTensorType, shape), undefined);
}

function writeTensorType(shape: OnnxValue["shape"], pbf: PbfWriter): void {
  pbf.writeVarintField(1, FLOAT);
  pbf.writeMessage(2, writeSizes, shape);
}

function writeSizes(shape: OnnxValue["shape"], pbf: PbfWriter): void {
  for (const size of shape) pbf.writeMessage(1, writeSize, size);
}

function writeSize(size: number | string, pbf: PbfWriter): void {
  if (typeof size === "number") pbf.writeVarintField(1, size);
  else pbf.writeStringField(2, size);
}

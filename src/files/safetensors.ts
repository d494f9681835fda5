import { checkInteger, show } from "../base/check.js";
import { type Bytes, bytesOf } from "../engine/kernels/kinds.js";
import { sizeOf } from "../engine/program/shape.js";
import type { NamedWeight } from "../layers/base/variable.js";
import { decodeFloat16 } from "./float16.js";
import { isObject, parseJson } from "./jsonValue.js";

// A 64-bit length, a header of JSON, `{ name: { dtype, shape, data_offsets } }`, then the numbers, little-endian, without gaps.

const WHERE = "safetensors";
const LENGTH_BYTES = 8;
/** Longer than the header of any network that fits in memory; a reader must not be made to parse gigabytes. */
const MOST_HEADER_BYTES = 2 ** 24;
/** Strings about the file, beside the weights. */
const METADATA = "__metadata__";

/** How each type becomes 32-bit floats, from a copy of its bytes. */
const TYPES = new Map<unknown, { bytes: number; decode(data: ArrayBuffer): Float32Array }>([
  ["F32", { bytes: 4, decode: (data) => new Float32Array(data) }],
  ["F16", { bytes: 2, decode: (data) => decodeFloat16(new Uint16Array(data)) }],
  // The upper half of a 32-bit float.
  [
    "BF16",
    {
      bytes: 2,
      decode: (data) => new Float32Array(Uint32Array.from(new Uint16Array(data), (bits) => bits << 16).buffer),
    },
  ],
  ["F64", { bytes: 8, decode: (data) => Float32Array.from(new Float64Array(data)) }],
]);

/** Types of what is no weight, such as counters, and their bytes: passed over. */
const OTHER_TYPES = new Map<unknown, number>([
  ...["BOOL", "U8", "I8"].map((type) => [type, 1] as const),
  ...["U16", "I16"].map((type) => [type, 2] as const),
  ...["U32", "I32"].map((type) => [type, 4] as const),
  ...["U64", "I64"].map((type) => [type, 8] as const),
]);

/**
 * The bytes of a `.safetensors` file: the weights as 32-bit floats, in this order.
 * @throws RangeError for names that occur twice or that the format keeps for itself
 */
export function writeSafetensors(weights: readonly NamedWeight[]): Bytes {
  let end = 0;
  const entries = weights.map(({ name, shape, data }) => {
    const begin = end;
    end += data.byteLength;
    return [name, { dtype: "F32", shape, data_offsets: [begin, end] }] as const;
  });
  const names = new Set<string>([METADATA, "__proto__"]);
  for (const { name } of weights) {
    if (names.has(name)) throw new RangeError(`${WHERE}: expected names of weights to be unlike, got ${show(name)}`);
    names.add(name);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const start = LENGTH_BYTES + Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(start + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - LENGTH_BYTES), true);
  bytes.fill(0x20, LENGTH_BYTES, start);
  bytes.set(json, LENGTH_BYTES);
  let at = start;
  for (const { data } of weights) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * The weights of a `.safetensors` file in the order of their numbers, which need not be a model's: names say what they are.
 * Types F32, F16, BF16 and F64; entries of the format's other types, such as counters, are passed over.
 * @throws Error, TypeError, RangeError for a file that is damaged
 */
export function readSafetensors(file: Uint8Array): NamedWeight[] {
  const bytes = bytesOf(file);
  if (!bytes) throw new TypeError(`${WHERE}: expected a Uint8Array, got ${show(file)}`);
  if (bytes.length < LENGTH_BYTES) {
    throw new RangeError(`${WHERE}: expected at least ${LENGTH_BYTES} bytes, got ${bytes.length}`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const most = Math.min(bytes.length - LENGTH_BYTES, MOST_HEADER_BYTES);
  if (length > most) throw new RangeError(`${WHERE}: expected a header of at most ${most} bytes, got ${length}`);
  const start = LENGTH_BYTES + Number(length);
  const header = parseJson(`${WHERE}: header`, bytes.subarray(LENGTH_BYTES, start));
  const entries = Object.entries(header).filter(([name]) => name !== METADATA);
  const placed = entries
    .map(([name, entry]) => checkEntry(name, entry))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of placed) {
    if (begin !== at) throw new RangeError(`${WHERE}: expected ${show(name)} to begin at byte ${at}, got ${begin}`);
    at = end;
  }
  if (at !== bytes.length - start) {
    throw new RangeError(`${WHERE}: expected ${at} bytes of numbers, got ${bytes.length - start}`);
  }
  return placed.flatMap(({ name, shape, type, begin, end }) => {
    if (!type) return [];
    // A copy, as a header of any length leaves the numbers at any address. `slice` of Node's Buffer would be none.
    const data = type.decode(new Uint8Array(bytes.subarray(start + begin, start + end)).buffer);
    return [{ name, shape, data }];
  });
}

function checkEntry(name: string, value: unknown) {
  const where = `${WHERE}: ${show(name)}`;
  if (name === "__proto__") throw new RangeError(`${WHERE}: expected names of weights, got ${show(name)}`);
  if (!isObject(value)) throw new TypeError(`${where}: expected an object, got ${show(value)}`);
  const { dtype, shape, data_offsets: offsets } = value;
  const type = TYPES.get(dtype);
  const width = type?.bytes ?? OTHER_TYPES.get(dtype);
  if (width === undefined)
    throw new RangeError(`${where}: expected a dtype among ${[...TYPES.keys()].join(", ")}, got ${show(dtype)}`);
  if (!Array.isArray(shape)) throw new TypeError(`${where}: expected an array as its shape, got ${show(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2) {
    throw new TypeError(`${where}: expected two numbers as its data_offsets, got ${show(offsets)}`);
  }
  const sizes = shape.map((size, axis) => checkInteger(`${where}: shape[${axis}]`, size, 0));
  const begin = checkInteger(`${where}: data_offsets[0]`, offsets[0], 0);
  const end = checkInteger(`${where}: data_offsets[1]`, offsets[1], begin);
  if (end - begin !== sizeOf(sizes) * width) {
    throw new RangeError(`${where}: expected ${sizeOf(sizes) * width} bytes for its shape, got ${end - begin}`);
  }
  return { name, shape: sizes, type, begin, end };
}

import { show } from "../base/check.js";
import { isUint8Array } from "../engine/kernels/kinds.js";
import { formatShape } from "../engine/program/shape.js";

/** What an IDX file holds: the values row by row, and the shape. */
export interface IdxArray {
  data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
  shape: number[];
}

interface ElementType {
  bytes: number;
  decode(view: DataView, count: number): IdxArray["data"];
}

const ELEMENT_TYPES: ReadonlyMap<number, ElementType> = new Map([
  [0x08, { bytes: 1, decode: (view, count) => new Uint8Array(view.buffer, view.byteOffset, count) }],
  [0x09, { bytes: 1, decode: (view, count) => new Int8Array(view.buffer, view.byteOffset, count) }],
  [0x0b, { bytes: 2, decode: (view, count) => fill(new Int16Array(count), (offset) => view.getInt16(offset)) }],
  [0x0c, { bytes: 4, decode: (view, count) => fill(new Int32Array(count), (offset) => view.getInt32(offset)) }],
  [0x0d, { bytes: 4, decode: (view, count) => fill(new Float32Array(count), (offset) => view.getFloat32(offset)) }],
  [0x0e, { bytes: 8, decode: (view, count) => fill(new Float64Array(count), (offset) => view.getFloat64(offset)) }],
] satisfies [number, ElementType][]);

/**
 * Reads an IDX file, the format of MNIST: two zero bytes, a byte for the type of the elements, a byte for the number of
 * dimensions, each dimension as four bytes, then the elements; everything big-endian.
 *
 * @param bytes The whole file, not compressed.
 * @returns The values and their shape. Elements of one byte are a view of `bytes`, wider ones are a copy.
 * @throws TypeError if `bytes` is not a Uint8Array.
 * @throws RangeError if this is not an IDX file, or if it holds fewer or more elements than its header promises; the
 *   size is compared before anything is allocated.
 */
export function parseIdx(bytes: Uint8Array): IdxArray {
  return readIdx(bytes, "parseIdx");
}

/** `parseIdx` with the words its errors begin with, such as the path of the file. */
export function readIdx(bytes: Uint8Array, where: string): IdxArray {
  if (!isUint8Array(bytes)) throw new TypeError(`${where}: expected a Uint8Array, got ${show(bytes)}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) {
    throw new RangeError(`${where}: expected an IDX header of 4 bytes or more, got ${bytes.length}`);
  }

  const type = ELEMENT_TYPES.get(bytes[2]!);
  if (bytes[0] !== 0 || bytes[1] !== 0 || type === undefined) {
    throw new RangeError(
      `${where}: expected an IDX file (00 00, then the type 08, 09, 0b, 0c, 0d or 0e), got ${magicText(bytes)}`,
    );
  }
  const rank = bytes[3]!;
  const header = 4 + 4 * rank;
  if (rank === 0) throw new RangeError(`${where}: expected 1 to 255 dimensions, got 0`);
  if (bytes.length < header) {
    throw new RangeError(
      `${where}: expected an IDX header of ${header} bytes for ${rank} dimensions, got ${bytes.length}`,
    );
  }

  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  // A product too large for a double is Infinity or rounded: far above any real length either way, so never equal to one.
  const count = shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
  if (bytes.length - header !== count * type.bytes) {
    throw new RangeError(
      `${where}: expected ${count * type.bytes} bytes of data for shape ${shapeText(shape)}, got ${bytes.length - header}`,
    );
  }
  return { data: type.decode(new DataView(bytes.buffer, bytes.byteOffset + header), count), shape };
}

function fill<T extends Exclude<IdxArray["data"], Uint8Array | Int8Array>>(
  out: T,
  read: (offset: number) => number,
): T {
  for (let i = 0; i < out.length; i++) out[i] = read(i * out.BYTES_PER_ELEMENT);
  return out;
}

function magicText(bytes: Uint8Array): string {
  const magic = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? `${magic} (gzip: decompress it first)` : magic;
}

function shapeText(shape: readonly number[]): string {
  return formatShape(shape.length > 8 ? [...shape.slice(0, 8), `... ${shape.length} dimensions`] : shape);
}

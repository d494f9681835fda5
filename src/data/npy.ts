import { show } from "../base/check.js";
import { bytesOf } from "../engine/kernels/kinds.js";
import { formatShape } from "../engine/program/shape.js";

/** The numbers of a `.npy` file, row by row, and their shape. */
export interface NpyArray {
  data: Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;
  shape: number[];
}

interface ElementType {
  readonly bytes: number;
  readonly make: (count: number) => NpyArray["data"];
  readonly read: (view: DataView, at: number, little: boolean) => number;
}

const wide = (value: bigint): number => {
  if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) {
    throw new RangeError(`expected integers of at most 2^53, got ${value}`);
  }
  return Number(value);
};

/** By numpy's code of the kind and the bytes. Booleans become bytes, integers of 64 bits become doubles. */
const TYPES: Readonly<Record<string, ElementType>> = {
  b1: { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) },
  u1: { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) },
  i1: { bytes: 1, make: (n) => new Int8Array(n), read: (view, at) => view.getInt8(at) },
  u2: { bytes: 2, make: (n) => new Uint16Array(n), read: (view, at, little) => view.getUint16(at, little) },
  i2: { bytes: 2, make: (n) => new Int16Array(n), read: (view, at, little) => view.getInt16(at, little) },
  u4: { bytes: 4, make: (n) => new Uint32Array(n), read: (view, at, little) => view.getUint32(at, little) },
  i4: { bytes: 4, make: (n) => new Int32Array(n), read: (view, at, little) => view.getInt32(at, little) },
  u8: { bytes: 8, make: (n) => new Float64Array(n), read: (view, at, little) => wide(view.getBigUint64(at, little)) },
  i8: { bytes: 8, make: (n) => new Float64Array(n), read: (view, at, little) => wide(view.getBigInt64(at, little)) },
  f2: { bytes: 2, make: (n) => new Float32Array(n), read: (view, at, little) => half(view.getUint16(at, little)) },
  f4: { bytes: 4, make: (n) => new Float32Array(n), read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, make: (n) => new Float64Array(n), read: (view, at, little) => view.getFloat64(at, little) },
};

const MAGIC = "\x93NUMPY";

/**
 * Reads a `.npy` file of numpy (versions 1 to 3): numbers and booleans in either byte order and either order of axes. Nothing in it is
 * executed.
 * @throws TypeError if it is no bytes; RangeError if it is damaged, or of a type that is not supported
 */
export function parseNpy(bytes: Uint8Array | ArrayBuffer): NpyArray {
  return readNpy("parseNpy", bytes);
}

/** `parseNpy` with the words its errors begin with. */
export function readNpy(where: string, given: Uint8Array | ArrayBuffer): NpyArray {
  const bytes = bytesOf(given);
  if (!bytes) throw new TypeError(`${where}: expected a Uint8Array or an ArrayBuffer, got ${show(given)}`);
  if (bytes.length < 12 || String.fromCharCode(...bytes.subarray(0, 6)) !== MAGIC) {
    throw new RangeError(`${where}: expected a .npy file, got other bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw new RangeError(`${where}: expected version 1, 2 or 3, got ${version}`);
  const begin = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (begin + length > bytes.length) {
    throw new RangeError(`${where}: expected a header of ${length} bytes, got ${bytes.length - begin}`);
  }
  const header = new TextDecoder().decode(bytes.subarray(begin, begin + length));
  const { descr, isFortran, shape } = readHeader(where, header);
  const type = TYPES[descr.slice(1)];
  if (!type || !/^[<>|=]/.test(descr)) {
    throw new RangeError(`${where}: expected numbers (${Object.keys(TYPES).join(", ")}), got the type ${show(descr)}`);
  }
  const count = shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
  const at = begin + length;
  if (bytes.length - at !== count * type.bytes) {
    throw new RangeError(
      `${where}: expected ${count * type.bytes} bytes of data for shape ${formatShape(shape)}, got ${bytes.length - at}`,
    );
  }
  const data = type.make(count);
  const place = isFortran ? fortranPlaces(shape) : (i: number) => i;
  try {
    for (let i = 0; i < count; i++) data[i] = type.read(view, at + place(i) * type.bytes, descr[0] !== ">");
  } catch (error) {
    throw new RangeError(`${where}: ${(error as Error).message}`);
  }
  return { data, shape };
}

/** A Python dict, of which only three entries in this form are understood. */
function readHeader(where: string, header: string) {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const sizes = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (descr === undefined || order === undefined || sizes === undefined) {
    throw new RangeError(
      `${where}: expected descr, fortran_order and shape in the header, got ${show(header.trim().slice(0, 200))}`,
    );
  }
  const shape = sizes
    .split(",")
    .filter((size) => size.trim() !== "")
    .map(Number);
  if (shape.length > 32 || !shape.every(Number.isSafeInteger)) {
    throw new RangeError(`${where}: expected a shape of at most 32 integers, got (${sizes})`);
  }
  return { descr, isFortran: order === "True", shape };
}

/** Where the number at a row-major index stands if the first axis runs fastest. */
function fortranPlaces(shape: readonly number[]): (index: number) => number {
  return (index) => {
    let rest = index;
    let place = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const at = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
      place += at * shape.slice(0, axis).reduce((product, size) => product * size, 1);
    }
    return place;
  };
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

import { type Cursor, hdf5Error } from "./cursor.js";

/** A type of numbers or texts, with the bytes of one element. */
export type Datatype =
  | { readonly kind: "float" | "signed" | "unsigned" | "text"; readonly bytes: number }
  | { readonly kind: "longText"; readonly bytes: 16 };

/** @throws Error for what Keras' files do not hold: big-endian numbers, compounds, references, ... */
export function readDatatype(cursor: Cursor): Datatype {
  const classAndVersion = cursor.u8();
  const flags = cursor.u8() | (cursor.u8() << 8) | (cursor.u8() << 16);
  const bytes = cursor.u32();
  const unknown = () => hdf5Error("numbers or text", `datatype ${classAndVersion & 15} of ${bytes} bytes`);
  switch (classAndVersion & 15) {
    case 0:
      if (flags & 1 || ![1, 2, 4, 8].includes(bytes)) throw unknown();
      return { kind: flags & 8 ? "signed" : "unsigned", bytes };
    case 1:
      if (flags & 0x41 || ![2, 4, 8].includes(bytes)) throw unknown();
      return { kind: "float", bytes };
    case 3:
      return { kind: "text", bytes };
    case 9:
      if ((flags & 15) !== 1 || bytes !== 16) throw unknown();
      return { kind: "longText", bytes: 16 };
    default:
      throw unknown();
  }
}

/** Sizes of the axes: none for a scalar. Undefined: there is no data at all. */
export function readDataspace(cursor: Cursor): readonly number[] | undefined {
  const version = cursor.u8();
  const rank = cursor.u8();
  cursor.u8();
  if (version !== 1 && version !== 2) throw hdf5Error("dataspace version 1 or 2", version);
  const type = cursor.u8();
  if (version === 1) cursor.skip(4);
  else if (type === 2) return undefined;
  if (rank > 32) throw hdf5Error("at most 32 axes", rank);
  return Array.from({ length: rank }, () => cursor.size());
}

/** The number of elements. @throws Error if they take more than `most` bytes */
export function countOf(shape: readonly number[], bytes: number, most: number): number {
  const count = shape.reduce((product, size) => product * size, 1);
  if (!(count * bytes <= most)) throw hdf5Error(`data of at most ${most} bytes`, `${count} times ${bytes}`);
  return count;
}

/** Numbers of any type: what 32-bit floats can hold as these, all others as 64-bit ones. */
export function readNumbers(cursor: Cursor, { kind, bytes }: Datatype, count: number): Float32Array | Float64Array {
  const data = cursor.bytes(count * bytes);
  // A copy, at an address that fits. `slice` of Node's Buffer would be none.
  if (kind === "float" && bytes === 4) return new Float32Array(new Uint8Array(data).buffer);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const out = bytes <= (kind === "float" ? 4 : 2) ? new Float32Array(count) : new Float64Array(count);
  const read = reader(kind, bytes, view);
  for (let i = 0; i < count; i++) out[i] = read(i * bytes);
  return out;
}

function reader(kind: Datatype["kind"], bytes: number, view: DataView): (at: number) => number {
  if (kind === "float") {
    return bytes === 8 ? (at) => view.getFloat64(at, true) : (at) => halfFloat(view.getUint16(at, true));
  }
  const signed = kind === "signed";
  if (bytes === 8) {
    // Rounded once, as both parts are exact; a BigInt for each number takes four times as long.
    const upper = signed ? (at: number) => view.getInt32(at, true) : (at: number) => view.getUint32(at, true);
    return (at) => upper(at + 4) * 2 ** 32 + view.getUint32(at, true);
  }
  if (bytes === 4) return (at) => (signed ? view.getInt32(at, true) : view.getUint32(at, true));
  if (bytes === 2) return (at) => (signed ? view.getInt16(at, true) : view.getUint16(at, true));
  return (at) => (signed ? view.getInt8(at) : view.getUint8(at));
}

function halfFloat(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

import { show } from "../../base/check.js";

/** What is wrong with an HDF5 file. */
export function hdf5Error(expected: string, got: unknown): Error {
  return new Error(`HDF5 file: expected ${expected}, got ${typeof got === "string" ? got : show(got)}`);
}

const utf8 = new TextDecoder();

/** Keras' own files stay below 1, as not every byte is looked at. */
const MOST_READS = 4;
/** Keras' own files have 200 bytes and more for each object, node of a tree, link and text; no model has a million of them. */
const BYTES_PER_FIND = 16;
const SOME_FINDS = 1_000;
const MOST_FINDS = 1_000_000;

/** A file, with counts of the work of reading it: time and memory grow with them, and they have limits. */
export class Source {
  readonly view: DataView;
  /** Bytes that have been read, each as often as it was. */
  read = 0;
  /** Objects, nodes of trees, links and texts. */
  found = 0;

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  countBytes(count: number): void {
    this.read += count;
    if (this.read <= MOST_READS * this.bytes.length) return;
    throw hdf5Error(
      "parts that do not overlap",
      `more than ${MOST_READS} times its ${this.bytes.length} bytes to read`,
    );
  }

  countFinds(count = 1): void {
    this.found += count;
    const most = Math.min(MOST_FINDS, SOME_FINDS + Math.floor(this.bytes.length / BYTES_PER_FIND));
    if (this.found > most)
      throw hdf5Error(`at most ${most} objects, links and texts in ${this.bytes.length} bytes`, "more");
  }
}

/** Reads little-endian numbers of a stretch of a file, and never beyond it. */
export class Cursor {
  constructor(
    readonly source: Source,
    public at: number,
    readonly end: number = source.bytes.length,
  ) {
    const { length } = source.bytes;
    if (!(at >= 0 && at <= end && end <= length)) {
      throw hdf5Error(`addresses within its ${length} bytes`, `${at} to ${end}`);
    }
  }

  get left(): number {
    return this.end - this.at;
  }

  /** Moves on over `count` bytes and returns where they began. */
  skip(count: number): number {
    if (!(count >= 0 && count <= this.left)) throw hdf5Error(`${count} more bytes at ${this.at}`, this.left);
    this.at += count;
    return this.at - count;
  }

  /** Likewise, over bytes that are read now. */
  #read(count: number): number {
    this.source.countBytes(count);
    return this.skip(count);
  }

  u8(): number {
    return this.source.view.getUint8(this.#read(1));
  }

  u16(): number {
    return this.source.view.getUint16(this.#read(2), true);
  }

  u32(): number {
    return this.source.view.getUint32(this.#read(4), true);
  }

  /** A size or an address: undefined for the address that is none. */
  u64(): number | undefined {
    const value = this.source.view.getBigUint64(this.#read(8), true);
    if (value === 2n ** 64n - 1n) return undefined;
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw hdf5Error("numbers below 2^53", String(value));
    return Number(value);
  }

  size(): number {
    const value = this.u64();
    if (value === undefined) throw hdf5Error(`a number at ${this.at - 8}`, "none");
    return value;
  }

  /** An unsigned integer of 1, 2, 4 or 8 bytes. */
  unsigned(bytes: number): number {
    return bytes === 1 ? this.u8() : bytes === 2 ? this.u16() : bytes === 4 ? this.u32() : this.size();
  }

  bytes(count: number): Uint8Array {
    const begin = this.#read(count);
    return this.source.bytes.subarray(begin, begin + count);
  }

  /** Text of `count` bytes, up to the first zero. */
  text(count: number): string {
    const begin = this.skip(count);
    const bytes = this.source.bytes.subarray(begin, begin + count);
    const zero = bytes.indexOf(0);
    // Zeros in the other bytes have not been looked for.
    this.source.countBytes(zero < 0 ? count : zero + 1);
    return utf8.decode(zero < 0 ? bytes : bytes.subarray(0, zero));
  }

  signature(expected: string): void {
    const at = this.at;
    const got = this.text(expected.length);
    if (got !== expected) throw hdf5Error(`${expected} at ${at}`, JSON.stringify(got));
  }

  /** The next `count` bytes as a cursor of their own. */
  part(count: number): Cursor {
    const begin = this.skip(count);
    return new Cursor(this.source, begin, begin + count);
  }
}

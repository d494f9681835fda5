import { show } from "../../engine/check.js";

/** What is wrong with an HDF5 file. */
export function hdf5Error(expected: string, got: unknown): Error {
  return new Error(`HDF5 file: expected ${expected}, got ${typeof got === "string" ? got : show(got)}`);
}

const utf8 = new TextDecoder();

/** Reads little-endian numbers of a stretch of a file, and never beyond it. */
export class Cursor {
  readonly #view: DataView;

  constructor(
    readonly file: Uint8Array,
    public at: number,
    readonly end: number = file.length,
  ) {
    if (!(at >= 0 && at <= end && end <= file.length)) {
      throw hdf5Error(`addresses within its ${file.length} bytes`, `${at} to ${end}`);
    }
    this.#view = new DataView(file.buffer, file.byteOffset, file.byteLength);
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

  u8(): number {
    return this.#view.getUint8(this.skip(1));
  }

  u16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  /** A size or an address: undefined for the address that is none. */
  u64(): number | undefined {
    const value = this.#view.getBigUint64(this.skip(8), true);
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
    const begin = this.skip(count);
    return this.file.subarray(begin, begin + count);
  }

  /** Text of `count` bytes, up to the first zero. */
  text(count: number): string {
    const bytes = this.bytes(count);
    const zero = bytes.indexOf(0);
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
    return new Cursor(this.file, begin, begin + count);
  }
}

import { nextTask } from "#platform";
import { show } from "../base/check.js";

/** Entries unpack to at most this many times the archive's size, or to a little: honest weights hardly shrink at all. */
const MOST_RATIO = 20;
const LITTLE = 2 ** 20;
const PIECE = 2 ** 20;
/** Milliseconds after which the event loop has its turn. */
const SLICE = 8;
const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;

interface Entry {
  readonly data: Uint8Array;
  readonly method: number;
  /** Unpacked. */
  readonly size: number;
  readonly checksum: number;
}

/**
 * The entries of an archive, still packed. The list of entries is read here and not by fflate, which looks at no
 * checksum: a flipped bit in a weight would not be seen.
 */
export class ZipArchive {
  readonly #where: string;
  readonly #entries = new Map<string, Entry>();
  /** Bytes that have been unpacked. */
  unpacked = 0;

  /** @param names default: all @throws Error if the archive is damaged, or would unpack to far more than it is long */
  constructor(where: string, bytes: Uint8Array, names?: readonly string[]) {
    this.#where = where;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let end = bytes.length - END_BYTES;
    // A comment of up to 64 KiB may follow.
    const last = Math.max(0, end - 0xffff);
    while (end >= last && view.getUint32(end, true) !== END) end--;
    if (end < last) throw this.#damaged("with a list of its entries", "none: it may be cut off");
    let at = view.getUint32(end + 16, true);
    let total = 0;
    const most = Math.max(LITTLE, MOST_RATIO * bytes.length);
    for (let left = view.getUint16(end + 10, true); left > 0; left--) {
      if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) throw this.#damaged(`with an entry at ${at}`, "none");
      const u16 = (offset: number) => view.getUint16(at + offset, true);
      const u32 = (offset: number) => view.getUint32(at + offset, true);
      const [flags, method, nameBytes] = [u16(8), u16(10), u16(28)];
      const [checksum, packed, size, local] = [u32(16), u32(20), u32(24), u32(42)];
      const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes));
      at += 46 + nameBytes + u16(30) + u16(32);
      if (names && !names.includes(name)) continue;
      if (this.#entries.has(name)) throw this.#damaged(`with one entry ${name}`, "two");
      if (flags & 1) throw this.#damaged("that is not encrypted", "one that is");
      total += size;
      if (total > most) throw this.#damaged(`of at most ${most} bytes when unpacked`, total);
      if (local + 30 > end || view.getUint32(local, true) !== LOCAL) {
        throw this.#damaged(`with ${name} at ${local}`, "none");
      }
      const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      if (begin + packed > end) throw this.#damaged(`with all of ${name}`, "a part");
      this.#entries.set(name, { data: bytes.subarray(begin, begin + packed), method, size, checksum });
    }
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  #damaged(expected: string, got: unknown): Error {
    return new Error(`${this.#where}: expected a zip archive ${expected}, got ${show(got)}`);
  }

  /**
   * An entry, unpacked in pieces between which the event loop runs.
   * @param most bytes that it may unpack to
   * @throws RangeError if it says that it is longer; Error if it is not there, damaged, or longer than it says
   */
  async read(name: string, most: number): Promise<Uint8Array> {
    const entry = this.#entries.get(name);
    if (this.#entries.size === 0) {
      throw new Error(`${this.#where}: expected a model of Keras, got a zip archive of something else`);
    }
    if (!entry) {
      throw new Error(`${this.#where}: expected an entry ${name}, got ${this.names.join(", ") || "none"}`);
    }
    const { data, method, size, checksum } = entry;
    // What is not packed takes no memory of its own.
    if (method !== 0 && size > most) {
      throw new RangeError(`${this.#where}: expected at most ${most} bytes in ${name}, got ${size}`);
    }
    const pause = pauses();
    const unpacked = method === 0 ? data : method === 8 ? await this.#inflate(data, size, pause) : undefined;
    if (unpacked?.length !== size || (await crc32(unpacked, pause)) !== checksum) {
      throw this.#damaged(`with ${name} undamaged`, "a damaged one");
    }
    return unpacked;
  }

  /** Undefined where it cannot be done. What unpacks is imported when it is needed: Keras packs nothing. */
  async #inflate(data: Uint8Array, size: number, pause: () => Promise<void>): Promise<Uint8Array | undefined> {
    const { inflate } = await import("./inflate.js");
    return inflate(data, size, pause, (length) => {
      this.unpacked += length;
    });
  }
}

/** Gives way to the event loop if it has been kept waiting. */
function pauses(): () => Promise<void> {
  let begin = performance.now();
  return async () => {
    if (performance.now() - begin < SLICE) return;
    await nextTask();
    begin = performance.now();
  };
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

async function crc32(bytes: Uint8Array, pause: () => Promise<void>): Promise<number> {
  let value = -1;
  for (let begin = 0; begin < bytes.length; begin += PIECE) {
    value = addCrc32(value, bytes.subarray(begin, begin + PIECE));
    await pause();
  }
  return ~value >>> 0;
}

/** One more piece. Begins with -1; the checksum is the complement of the last value. */
export function addCrc32(value: number, bytes: Uint8Array): number {
  let sum = value;
  // Not `for of`: many times as slow on Node's Buffer.
  for (let i = 0; i < bytes.length; i++) sum = TABLE[(sum ^ bytes[i]!) & 255]! ^ (sum >>> 8);
  return sum;
}

import { inflateSync, zipSync } from "fflate";
import { show } from "../engine/check.js";

/** The most bytes that the entries of an archive may unpack to. */
const MOST_BYTES = 2 ** 31 - 1;
/** An entry unpacks to at most this many times the archive's size, as far as it is honest: real ones stay below 10. */
const MOST_RATIO = 100;
const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;

/** An archive whose entries are stored and have no date: the same entries give the same bytes. */
export function zip(entries: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> {
  // The first day that zip knows; written as local time, so made from local time.
  return zipSync(entries, { level: 0, mtime: new Date(1980, 0, 1) });
}

/**
 * The entries of these names. The list of entries is read here and not by fflate, which looks at no checksum: a flipped bit in a
 * weight would not be seen.
 * @throws Error if the archive is damaged, or unpacks to far more than it is long
 */
export function unzip(where: string, bytes: Uint8Array, names: readonly string[]): ReadonlyMap<string, Uint8Array> {
  const damaged = (expected: string, got: unknown) =>
    new Error(`${where}: expected a zip archive ${expected}, got ${show(got)}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - END_BYTES;
  // A comment of up to 64 KiB may follow.
  const last = Math.max(0, end - 0xffff);
  while (end >= last && view.getUint32(end, true) !== END) end--;
  if (end < last) throw damaged("with a list of its entries", "none: it may be cut off");
  const entries = new Map<string, Uint8Array>();
  let at = view.getUint32(end + 16, true);
  let total = 0;
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) throw damaged(`with an entry at ${at}`, "none");
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [checksum, packed, size] = [16, 20, 24].map((offset) => view.getUint32(at + offset, true)) as [
      number,
      number,
      number,
    ];
    const [nameBytes, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [
      number,
      number,
      number,
    ];
    const local = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes));
    at += 46 + nameBytes + extra + comment;
    if (!names.includes(name)) continue;
    if (entries.has(name)) throw damaged(`with one entry ${name}`, "two");
    if (flags & 1) throw damaged("that is not encrypted", "one that is");
    total += size;
    const most = Math.min(MOST_BYTES, MOST_RATIO * bytes.length);
    if (total > most) throw damaged(`of at most ${most} bytes when unpacked`, total);
    if (local + 30 > end || view.getUint32(local, true) !== LOCAL) throw damaged(`with ${name} at ${local}`, "none");
    const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (begin + packed > end) throw damaged(`with all of ${name}`, "a part");
    const data = unpack(bytes.subarray(begin, begin + packed), method, size);
    if (data?.length !== size || crc32(data) !== checksum) throw damaged(`with ${name} undamaged`, "a damaged one");
    entries.set(name, data);
  }
  return entries;
}

/** Undefined where it cannot be done. */
function unpack(data: Uint8Array, method: number, size: number): Uint8Array | undefined {
  if (method === 0) return data;
  if (method !== 8) return undefined;
  try {
    return inflateSync(data, { out: new Uint8Array(size) });
  } catch {
    return undefined;
  }
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let value = -1;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 255]! ^ (value >>> 8);
  return ~value >>> 0;
}

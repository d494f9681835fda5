import { promisify } from "node:util";
import { inflate } from "node:zlib";
import type { Pixels } from "../data/pixels.js";
import { addCrc32 } from "../files/zip.js";
import { exifOrientation, upright } from "./orientation.js";

// PNG (ISO/IEC 15948), all of its kinds of pixels. Libraries inflate whatever is there, and colour profiles too: a few hundred
// kilobytes then take gigabytes. Here sizes are known before anything is inflated, and only pixels are.

const SIGNATURE_BYTES = 8;
const MOST_SIDE = 65_535;
/** Of the pixels as they are inflated, and of the result. */
const MOST_BYTES = 400e6;
/** Deflate can't pack better. */
const MOST_RATIO = 1_032;

/** Samples a pixel and the bits that they may have, by the type of colour. */
const COLOURS: ReadonlyMap<number, readonly [channels: number, depths: readonly number[]]> = new Map([
  [0, [1, [1, 2, 4, 8, 16]]],
  [2, [3, [8, 16]]],
  [3, [1, [1, 2, 4, 8]]],
  [4, [2, [8, 16]]],
  [6, [4, [8, 16]]],
]);
const PALETTE = 3;

interface Pass {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
}
const WHOLE: readonly Pass[] = [{ x: 0, y: 0, stepX: 1, stepY: 1 }];
const ADAM7: readonly Pass[] = [
  { x: 0, y: 0, stepX: 8, stepY: 8 },
  { x: 4, y: 0, stepX: 8, stepY: 8 },
  { x: 0, y: 4, stepX: 4, stepY: 8 },
  { x: 2, y: 0, stepX: 4, stepY: 4 },
  { x: 0, y: 2, stepX: 2, stepY: 4 },
  { x: 1, y: 0, stepX: 2, stepY: 2 },
  { x: 0, y: 1, stepX: 1, stepY: 2 },
];

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
  readonly channels: number;
  readonly passes: readonly Pass[];
}

/** The pixels of a PNG file, 4 bytes each, as they are to be seen. @throws Error if it is damaged or too large */
export async function decodePng(bytes: Uint8Array): Promise<Pixels> {
  const chunks = readChunks(bytes);
  const header = readHeader(chunks.get("IHDR")?.[0]);
  const packed = Buffer.concat(chunks.get("IDAT") ?? []);
  const sizes = header.passes.map((pass) => passSize(header, pass));
  const size = sizes.reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0);
  if (Math.max(size, 4 * header.width * header.height) > MOST_BYTES) {
    throw new RangeError(`more than ${MOST_BYTES / 1e6} MB when decoded`);
  }
  if (size > MOST_RATIO * packed.length) throw new RangeError(`${packed.length} bytes for ${size} bytes of pixels`);
  const raw = await promisify(inflate)(packed, { maxOutputLength: size }).catch((cause: NodeJS.ErrnoException) => {
    const tooMuch = cause.code === "ERR_BUFFER_TOO_LARGE";
    throw new RangeError(tooMuch ? `more than ${size} bytes of pixels` : "pixels that are not packed right", { cause });
  });
  if (raw.length !== size) throw new RangeError(`${raw.length} of ${size} bytes of pixels`);
  const out = new Uint8Array(4 * header.width * header.height);
  const paint = painter(header, chunks.get("PLTE")?.[0], chunks.get("tRNS")?.[0]);
  let at = 0;
  for (const [p, { x, y, stepX, stepY }] of header.passes.entries()) {
    const { columns, rows, rowBytes } = sizes[p]!;
    let above = new Uint8Array(rowBytes);
    for (let row = 0; row < rows; row++) {
      const line = raw.subarray(at + 1, at + 1 + rowBytes);
      unfilter(raw[at]!, line, above, Math.max(1, (header.channels * header.depth) >> 3));
      at += 1 + rowBytes;
      above = line;
      const begin = (y + row * stepY) * header.width + x;
      for (let column = 0; column < columns; column++) paint(line, column, out, 4 * (begin + column * stepX));
    }
  }
  const exif = chunks.get("eXIf")?.[0];
  return upright({ data: out, width: header.width, height: header.height }, exif ? exifOrientation(exif) : 1);
}

/** The chunks that say what the pixels are. Others are passed over unread: text, profiles, frames of animations. */
function readChunks(bytes: Uint8Array): ReadonlyMap<string, readonly Uint8Array[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = new Map<string, Uint8Array[]>(["IHDR", "PLTE", "tRNS", "eXIf", "IDAT"].map((name) => [name, []]));
  for (let at = SIGNATURE_BYTES; ; ) {
    if (at + 12 > bytes.length) throw new RangeError("no end");
    const length = view.getUint32(at);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) throw new RangeError(`a chunk of ${length} bytes that is cut off`);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (name === "IEND") return chunks;
    const known = chunks.get(name);
    if (!known && /^[A-Z]/.test(name)) throw new RangeError(`a chunk ${name}`);
    if (known && ~addCrc32(-1, bytes.subarray(at + 4, end)) >>> 0 !== view.getUint32(end)) {
      throw new RangeError(`a damaged chunk ${name}`);
    }
    known?.push(bytes.subarray(at + 8, end));
    at = end + 4;
  }
}

function readHeader(chunk: Uint8Array | undefined): Header {
  if (chunk?.length !== 13) throw new RangeError("no header");
  const view = new DataView(chunk.buffer, chunk.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colour, compression, filter, interlace] = chunk.subarray(8) as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (Math.min(width, height) < 1 || Math.max(width, height) > MOST_SIDE) {
    throw new RangeError(`${width} x ${height} pixels`);
  }
  const [channels, depths] = COLOURS.get(colour) ?? [0, []];
  if (!depths.includes(depth)) throw new RangeError(`pixels of type ${colour} with ${depth} bits`);
  if (compression !== 0 || filter !== 0 || interlace > 1) throw new RangeError("an unknown form");
  return { width, height, depth, colour, channels, passes: interlace === 1 ? ADAM7 : WHOLE };
}

function passSize({ width, height, channels, depth }: Header, { x, y, stepX, stepY }: Pass) {
  const columns = Math.ceil((width - x) / stepX);
  const rows = columns > 0 ? Math.max(0, Math.ceil((height - y) / stepY)) : 0;
  return { columns, rows, rowBytes: Math.ceil((columns * channels * depth) / 8) };
}

/** Undoes what made a row easier to pack. `step` bytes to the left is the same sample of the pixel before. */
function unfilter(kind: number, line: Uint8Array, above: Uint8Array, step: number): void {
  if (kind > 4) throw new RangeError(`a filter ${kind}`);
  if (kind === 0) return;
  for (let i = 0; i < line.length; i++) {
    const left = i < step ? 0 : line[i - step]!;
    const up = above[i]!;
    const corner = i < step ? 0 : above[i - step]!;
    line[i]! += kind === 1 ? left : kind === 2 ? up : kind === 3 ? (left + up) >> 1 : paeth(left, up, corner);
  }
}

/** Of three neighbours the one nearest to left + up - corner. */
function paeth(left: number, up: number, corner: number): number {
  const a = Math.abs(up - corner);
  const b = Math.abs(left - corner);
  const c = Math.abs(left + up - 2 * corner);
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** Writes pixel `column` of a row as red, green, blue, alpha. */
function painter(
  { depth, colour, channels }: Header,
  palette: Uint8Array | undefined,
  transparent: Uint8Array | undefined,
): (line: Uint8Array, column: number, out: Uint8Array, at: number) => void {
  const most = 2 ** depth - 1;
  const sample = (line: Uint8Array, i: number) => {
    if (depth === 8) return line[i]!;
    if (depth === 16) return (line[2 * i]! << 8) | line[2 * i + 1]!;
    return (line[(i * depth) >> 3]! >> (8 - depth - ((i * depth) & 7))) & most;
  };
  if (colour === PALETTE) {
    if (!palette) throw new RangeError("no palette");
    return (line, column, out, at) => {
      const index = sample(line, column);
      if (3 * index + 3 > palette.length) throw new RangeError(`colour ${index} of a palette of ${palette.length / 3}`);
      for (let c = 0; c < 3; c++) out[at + c] = palette[3 * index + c]!;
      out[at + 3] = transparent?.[index] ?? 255;
    };
  }
  // 16 bits are cut to 8, fewer spread over 0 to 255.
  const level = (value: number) => (depth === 8 ? value : depth === 16 ? value >> 8 : (255 / most) * value);
  const coloured = channels > 2;
  const hasAlpha = channels % 2 === 0;
  // One colour may stand for "nothing here", each of its samples in two bytes.
  const nothing = !hasAlpha && transparent && transparent.length >= 2 * channels ? transparent : undefined;
  const isNothing = (line: Uint8Array, first: number) => {
    for (let c = 0; c < channels; c++) {
      if (sample(line, first + c) !== ((nothing![2 * c]! << 8) | nothing![2 * c + 1]!)) return false;
    }
    return true;
  };
  return (line, column, out, at) => {
    const first = column * channels;
    for (let c = 0; c < 3; c++) out[at + c] = level(sample(line, coloured ? first + c : first));
    if (hasAlpha) out[at + 3] = level(sample(line, first + channels - 1));
    else out[at + 3] = nothing && isNothing(line, first) ? 0 : 255;
  };
}

import { deflateSync } from "node:zlib";

/** What to write as PNG: samples pixel by pixel, and how. */
export interface PngImage {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** 0 grey, 2 colour, 3 palette, 4 grey and alpha, 6 colour and alpha. */
  readonly colour: number;
  readonly samples: readonly number[];
  readonly interlaced?: boolean;
  /** Chunks in front of the pixels. */
  readonly chunks?: readonly Uint8Array[];
}

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

export function chunk(name: string, data: Uint8Array): Uint8Array {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length);
  out.write(name, 4, "latin1");
  out.set(data, 8);
  out.writeUInt32BE(checksum(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

export function pngHeader(width: number, height: number, depth: number, colour: number, interlace = 0): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, interlace], 8);
  return Buffer.concat([Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), chunk("IHDR", header)]);
}

/** A PNG file whose rows take each of the five filters in turn. */
export function pngFile(image: PngImage): Uint8Array {
  const { width, height, depth, colour, samples, interlaced = false, chunks = [] } = image;
  const channels = CHANNELS[colour]!;
  const step = Math.max(1, (channels * depth) / 8);
  const raw: number[] = [];
  for (const { xs, ys } of passes(width, height, interlaced)) {
    let above: number[] = [];
    for (const y of xs.length > 0 ? ys : []) {
      const line = packed(
        xs.flatMap((x) => samples.slice((y * width + x) * channels, (y * width + x + 1) * channels)),
        depth,
      );
      const filter = raw.length % 5;
      raw.push(filter, ...line.map((value, i) => (value - predicted(filter, line, above, i, step)) & 255));
      above = line;
    }
  }
  const data = chunk("IDAT", deflateSync(Uint8Array.from(raw)));
  return Buffer.concat([
    pngHeader(width, height, depth, colour, +interlaced),
    ...chunks,
    data,
    chunk("IEND", new Uint8Array(0)),
  ]);
}

/** The columns and rows of each pass. Adam7 numbers the pixels of a square of 8 x 8 by the pass that brings them. */
function passes(width: number, height: number, interlaced: boolean): { xs: number[]; ys: number[] }[] {
  const numbers = "16462646 77777777 56565656 77777777 36463646 77777777 56565656 77777777".split(" ");
  const all = (count: number) => Array.from({ length: count }, (_, i) => i);
  if (!interlaced) return [{ xs: all(width), ys: all(height) }];
  return all(7).map((p) => ({
    xs: all(width).filter((x) => numbers.some((row) => row[x % 8] === String(p + 1))),
    ys: all(height).filter((y) => numbers[y % 8]!.includes(String(p + 1))),
  }));
}

/** Samples as bytes, the first in the highest bits. */
function packed(samples: readonly number[], depth: number): number[] {
  if (depth === 16) return samples.flatMap((value) => [value >> 8, value & 255]);
  const bits = samples.map((value) => value.toString(2).padStart(depth, "0")).join("");
  return Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    Number.parseInt(bits.slice(8 * i, 8 * i + 8).padEnd(8, "0"), 2),
  );
}

function predicted(filter: number, line: number[], above: number[], i: number, step: number): number {
  const [a, b, c] = [line[i - step] ?? 0, above[i] ?? 0, above[i - step] ?? 0];
  const nearest = [a, b, c].sort((p, q) => Math.abs(a + b - c - p) - Math.abs(a + b - c - q))[0]!;
  return [0, a, b, Math.floor((a + b) / 2), nearest][filter]!;
}

function checksum(bytes: Uint8Array): number {
  let value = -1;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  }
  return ~value >>> 0;
}

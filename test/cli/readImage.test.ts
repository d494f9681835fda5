import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { encode as encodePng } from "fast-png";
import jpeg from "jpeg-js";
import { afterAll, describe, expect, it } from "vitest";
import { readImage } from "../../dist/cli/readImage.js";
import { chunk, type PngImage, pngFile, pngHeader } from "./pngFile.js";

const folder = mkdtempSync(join(tmpdir(), "wasm-cnn-images-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(bytes: Uint8Array) {
  const path = join(folder, "image");
  writeFileSync(path, bytes);
  return readImage(path);
}

const END = chunk("IEND", new Uint8Array(0));

/** Exif data that say how the camera was held, in either byte order. */
function exif(orientation: number, little: boolean): Uint8Array {
  const bytes = new Uint8Array(38);
  const view = new DataView(bytes.buffer);
  bytes.set(little ? [0x49, 0x49] : [0x4d, 0x4d]);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  view.setUint16(8, 2, little);
  for (const [i, [tag, value]] of [
    [0x0100, 7],
    [0x0112, orientation],
  ].entries()) {
    view.setUint16(10 + 12 * i, tag!, little);
    view.setUint16(12 + 12 * i, 3, little);
    view.setUint32(14 + 12 * i, 1, little);
    view.setUint16(18 + 12 * i, value!, little);
  }
  return bytes;
}

const kinds = [
  ...[1, 2, 4, 8, 16].map((depth) => ({ colour: 0, depth, channels: 1 })),
  ...[8, 16].map((depth) => ({ colour: 2, depth, channels: 3 })),
  ...[1, 2, 4, 8].map((depth) => ({ colour: 3, depth, channels: 1 })),
  ...[8, 16].map((depth) => ({ colour: 4, depth, channels: 2 })),
  ...[8, 16].map((depth) => ({ colour: 6, depth, channels: 4 })),
].flatMap((kind) => [false, true].map((interlaced) => ({ ...kind, interlaced })));

describe("a PNG image", () => {
  it.each(kinds)("is read: colour $colour, $depth bits, interlaced: $interlaced", async (kind) => {
    const { colour, depth, channels, interlaced } = kind;
    for (const [width, height] of [
      [1, 1],
      [3, 2],
      [13, 11],
      [8, 17],
    ] as const) {
      const most = 2 ** depth - 1;
      const samples = Array.from({ length: width * height * channels }, (_, i) => (i * i * 7919 + 31 * i) % (most + 1));
      const palette = Uint8Array.from({ length: 3 * (most + 1) }, (_, i) => (i * 37) % 256);
      const chunks = colour === 3 ? [chunk("PLTE", palette)] : [];
      const image = await read(pngFile({ width, height, depth, colour, samples, interlaced, chunks }));
      const byte = (value: number) => (depth === 16 ? value >> 8 : (255 * value) / most);
      const expected = Array.from({ length: width * height }, (_, i) => {
        const pixel = samples.slice(i * channels, (i + 1) * channels);
        if (colour === 3) return [...palette.subarray(3 * pixel[0]!, 3 * pixel[0]! + 3), 255];
        const bytes = pixel.map(byte);
        const [colours, alpha] = channels % 2 === 0 ? [bytes.slice(0, -1), bytes.at(-1)!] : [bytes, 255];
        return [...(colours.length === 1 ? [...colours, ...colours, ...colours] : colours), alpha];
      });
      expect(image).toEqual({ data: Uint8Array.from(expected.flat()), width, height });
    }
  });

  it("that another program wrote is read", async () => {
    const data = Uint8Array.from({ length: 5 * 4 * 3 }, (_, i) => i * 4);
    const { data: pixels } = await read(encodePng({ data, width: 5, height: 4, channels: 3, depth: 8 }));
    expect(pixels.filter((_, i) => i % 4 < 3)).toEqual(data);
  });

  it("may name what is transparent", async () => {
    const alpha = async (image: Omit<PngImage, "width" | "height">) => {
      const { data } = await read(pngFile({ width: 3, height: 1, ...image }));
      return [...data].filter((_, i) => i % 4 === 3);
    };
    const trns = (...bytes: number[]) => chunk("tRNS", Uint8Array.from(bytes));
    expect(await alpha({ colour: 0, depth: 2, samples: [0, 2, 3], chunks: [trns(0, 2)] })).toEqual([255, 0, 255]);
    const colours = [256, 1, 2, 1, 1, 2, 256, 1, 3];
    expect(await alpha({ colour: 2, depth: 16, samples: colours, chunks: [trns(1, 0, 0, 1, 0, 2)] })).toEqual([
      0, 255, 255,
    ]);
    const palette = chunk("PLTE", new Uint8Array(9));
    expect(await alpha({ colour: 3, depth: 4, samples: [1, 0, 2], chunks: [palette, trns(9, 8)] })).toEqual([
      8, 9, 255,
    ]);
  });

  it("is read without what lies beside its pixels", async () => {
    // No zlib at all: whoever unpacks it fails.
    const profile = Uint8Array.of(0x61, 0, 0, 1, 2, 3, 4);
    const chunks = [chunk("iCCP", profile), chunk("zTXt", profile), chunk("iTXt", profile), chunk("fdAT", profile)];
    const { data } = await read(pngFile({ width: 1, height: 1, depth: 8, colour: 0, samples: [7], chunks }));
    expect([...data]).toEqual([7, 7, 7, 255]);
  });

  const pixels = (bytes: number, level = 9) => chunk("IDAT", deflateSync(new Uint8Array(bytes), { level }));
  it.each([
    ["more pixels than its size has", [pngHeader(1, 1, 8, 0), pixels(2 ** 24), END], /more than 2 bytes of pixels/],
    ["fewer pixels than its size has", [pngHeader(100, 100, 8, 0), pixels(5_000), END], /5000 of 10100 bytes/],
    ["pixels that no packing makes so short", [pngHeader(5_000, 5_000, 8, 0), pixels(9), END], /bytes for 25005000/],
    ["a long side", [pngHeader(99_000_000, 1, 1, 0), pixels(2 ** 20), END], /99000000 x 1 pixels/],
    ["many bytes in few pixels", [pngHeader(7_100, 7_100, 16, 6), pixels(9), END], /more than 400 MB when decoded/],
    ["few bits in many pixels", [pngHeader(10_001, 10_001, 1, 0), pixels(9), END], /more than 400 MB when decoded/],
    ["a cut chunk", [pngHeader(1, 1, 8, 0), pixels(2).subarray(0, 12)], /a chunk of \d+ bytes that is cut off/],
    ["no end", [pngHeader(1, 1, 8, 0), pixels(2)], /no end/],
    ["no size", [pngHeader(1, 1, 8, 0).subarray(0, 8), pixels(2), END], /no header/],
    ["a kind that is none", [pngHeader(1, 1, 2, 6), pixels(2), END], /pixels of type 6 with 2 bits/],
    [
      "a filter that is none",
      [pngHeader(1, 1, 8, 0), chunk("IDAT", deflateSync(Uint8Array.of(9, 1))), END],
      /filter 9/,
    ],
    ["no palette", [pngHeader(1, 1, 8, 3), pixels(2), END], /no palette/],
    [
      "a short palette",
      [pngHeader(1, 1, 8, 3), chunk("PLTE", new Uint8Array(2)), pixels(2), END],
      /colour 0 of a palette/,
    ],
    ["an unknown chunk that matters", [pngHeader(1, 1, 8, 0), chunk("ABCD", new Uint8Array(1)), END], /a chunk ABCD/],
  ])("is refused for %s", async (_, parts, message) => {
    await expect(read(Buffer.concat(parts))).rejects.toThrow(/image: expected an undamaged image/);
    await expect(read(Buffer.concat(parts))).rejects.toThrow(message);
  });

  it("is refused for a flipped bit", async () => {
    const bytes = Buffer.from(pngFile({ width: 1, height: 1, depth: 8, colour: 0, samples: [7] }));
    bytes[19]! ^= 1;
    await expect(read(bytes)).rejects.toThrow(/a damaged chunk IHDR/);
  });
});

/** A picture of 3 x 2 pixels of which each differs, as it is stored for each orientation, after Exif's standard. */
const UPRIGHT = ["abc", "def"];
const STORED: readonly (readonly string[])[] = [
  ["abc", "def"],
  ["cba", "fed"],
  ["fed", "cba"],
  ["def", "abc"],
  ["ad", "be", "cf"],
  ["cf", "be", "ad"],
  ["fc", "eb", "da"],
  ["da", "eb", "fc"],
];
const greys = (rows: readonly string[]) => [...rows.join("")].map((letter) => 40 * (letter.charCodeAt(0) - 97));

describe("Exif's orientation", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("%d is applied to PNG and JPEG", async (orientation) => {
    const rows = STORED[orientation - 1]!;
    const [width, height] = [rows[0]!.length, rows.length];
    for (const little of [true, false]) {
      const data = exif(orientation, little);
      const chunks = [chunk("eXIf", data)];
      const png = await read(pngFile({ width, height, depth: 8, colour: 0, samples: greys(rows), chunks }));
      expect([png.width, png.height]).toEqual([3, 2]);
      expect([...png.data].filter((_, i) => i % 4 === 0)).toEqual(greys(UPRIGHT));
      // Blocks of 16 x 16, so that nothing runs into its neighbours.
      const wide = greys(rows);
      const large = Uint8Array.from({ length: width * height * 1024 }, (_, i) => {
        const [x, y] = [(i >> 2) % (16 * width), Math.floor((i >> 2) / (16 * width))];
        return i % 4 === 3 ? 255 : wide[(y >> 4) * width + (x >> 4)]!;
      });
      const encoded = jpeg.encode({ data: large, width: 16 * width, height: 16 * height }, 95).data;
      const segment = Buffer.concat([Buffer.from("\xff\xe1\0\0Exif\0\0", "latin1"), data]);
      segment.writeUInt16BE(segment.length - 2, 2);
      const jpg = await read(Buffer.concat([encoded.subarray(0, 2), segment, encoded.subarray(2)]));
      expect([jpg.width, jpg.height]).toEqual([48, 32]);
      const middles = [8, 24].flatMap((y) => [8, 24, 40].map((x) => jpg.data[4 * (48 * y + x)]!));
      for (const [i, grey] of greys(UPRIGHT).entries()) expect(Math.abs(middles[i]! - grey)).toBeLessThan(4);
    }
  });

  it("is passed over where it is damaged", async () => {
    for (const data of [
      new Uint8Array(0),
      exif(9, true),
      exif(6, true).subarray(0, 25),
      new Uint8Array(40).fill(255),
    ]) {
      const chunks = [chunk("eXIf", data)];
      const { width } = await read(pngFile({ width: 2, height: 1, depth: 8, colour: 0, samples: [1, 2], chunks }));
      expect(width).toBe(2);
    }
  });
});

describe("a JPEG image", () => {
  it("is refused where the file is too short for its pixels", async () => {
    const bytes = jpeg.encode({ data: new Uint8Array(64 * 64 * 4), width: 64, height: 64 }, 50).data;
    const size = bytes.indexOf(Buffer.of(0xff, 0xc0)) + 5;
    bytes.writeUInt16BE(9_000, size);
    bytes.writeUInt16BE(9_000, size + 2);
    await expect(read(bytes)).rejects.toThrow(/maxResolutionInMP limit exceeded by 81MP/);
  });

  it("of one grey is read, however short it is", async () => {
    const data = new Uint8Array(400 * 400 * 4).fill(255);
    expect(await read(jpeg.encode({ data, width: 400, height: 400 }, 1).data)).toMatchObject({ width: 400 });
  });
});

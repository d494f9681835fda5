import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import type { Pixels } from "../data/pixels.js";

/** Larger images would take gigabytes. */
const MOST_MEGAPIXELS = 100;

/**
 * The pixels of a PNG or JPEG file.
 * @param path `-` for stdin
 * @throws Error where it cannot be read, or is another kind of file
 */
export async function readImage(path: string): Promise<Pixels> {
  const name = path === "-" ? "stdin" : path;
  let bytes: Uint8Array;
  try {
    bytes = path === "-" ? await buffer(process.stdin) : await readFile(path);
  } catch (cause) {
    throw new Error(`${name}: expected an image that can be read, got ${(cause as Error).message}`, { cause });
  }
  const decode =
    bytes[0] === 0x89 && bytes[1] === 0x50
      ? decodePng
      : bytes[0] === 0xff && bytes[1] === 0xd8
        ? decodeJpeg
        : undefined;
  if (!decode) throw new Error(`${name}: expected a PNG or JPEG image, got another kind of file`);
  try {
    return await decode(bytes);
  } catch (cause) {
    throw new Error(`${name}: expected an undamaged image, got one that cannot be decoded (${cause})`, { cause });
  }
}

async function decodePng(bytes: Uint8Array): Promise<Pixels> {
  const { convertIndexedToRgb, decode } = await import("fast-png");
  // Width and height stand in the first chunk: checked before there is memory for them.
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (header.getUint32(16) * header.getUint32(20) > MOST_MEGAPIXELS * 1e6) throw new Error("more than 100 megapixels");
  const image = decode(bytes, { checkCrc: true });
  const { width, height } = image;
  if (image.palette) {
    const data = convertIndexedToRgb(image);
    return { data: Uint8Array.from(data), width, height };
  }
  const wide = image.data instanceof Uint16Array;
  const scale = image.depth < 8 ? 255 / (2 ** image.depth - 1) : 1;
  const all = wide
    ? Uint8Array.from(image.data, (value) => value >> 8)
    : Uint8Array.from(image.data, (value) => value * scale);
  if (image.channels !== 2) return { data: all, width, height };
  // Grey with alpha.
  const data = Uint8Array.from({ length: 2 * all.length }, (_, i) => all[2 * (i >> 2) + (i % 4 === 3 ? 1 : 0)]!);
  return { data, width, height };
}

async function decodeJpeg(bytes: Uint8Array): Promise<Pixels> {
  const { decode } = (await import("jpeg-js")).default;
  const limits = { maxResolutionInMP: MOST_MEGAPIXELS, maxMemoryUsageInMB: 2048 };
  const { data, width, height } = decode(bytes, { useTArray: true, formatAsRGBA: true, ...limits });
  return { data, width, height };
}

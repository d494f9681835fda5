import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import type { Pixels } from "../data/pixels.js";
import { reasonOf } from "../files/storage.js";
import { exifOrientation, upright } from "./orientation.js";

/** Larger JPEG images would take gigabytes. */
const MOST_MEGAPIXELS = 100;
const MOST_MEMORY_MB = 2048;
/** Each block of 8 x 8 pixels takes a bit at least. */
const MOST_PIXELS_PER_BYTE = 512;
/** What the decoder takes for a pixel, with four components as large as the image. */
const BYTES_PER_PIXEL = 40;

/**
 * The pixels of a PNG or JPEG file, turned as the camera was held.
 * @param path `-` for stdin
 * @throws Error where it cannot be read, or is another kind of file
 */
export async function readImage(path: string): Promise<Pixels> {
  const name = path === "-" ? "stdin" : path;
  let bytes: Uint8Array;
  try {
    bytes = path === "-" ? await buffer(process.stdin) : await readFile(path);
  } catch (cause) {
    throw new Error(`${name}: expected an image that can be read, got ${reasonOf(cause, path)}`, { cause });
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
  return (await import("./decodePng.js")).decodePng(bytes);
}

async function decodeJpeg(bytes: Uint8Array): Promise<Pixels> {
  const { decode } = (await import("jpeg-js")).default;
  // What so short a file cannot have is refused before there is memory for it.
  const megapixels = Math.min(MOST_MEGAPIXELS, (MOST_PIXELS_PER_BYTE * bytes.length) / 1e6);
  const limits = {
    maxResolutionInMP: megapixels,
    maxMemoryUsageInMB: Math.min(MOST_MEMORY_MB, 4 + BYTES_PER_PIXEL * megapixels),
  };
  const image = decode(bytes, { useTArray: true, formatAsRGBA: true, ...limits });
  // Its types leave this out. It begins with a zero of the words in front of Exif's data.
  const { exifBuffer } = image as { exifBuffer?: Uint8Array };
  return upright(image, exifBuffer ? exifOrientation(exifBuffer.subarray(1)) : 1);
}

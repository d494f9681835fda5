import { drawnPixels } from "#platform";
import { checkInteger, show } from "../base/check.js";
import { arrayKind, isUint8Array, plainArray } from "../engine/kernels/kinds.js";

/** An image as bytes: `width * height` pixels row by row, each of 4 (red, green, blue, alpha), 3 or 1 (grey) bytes. */
export interface Pixels {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** A type of the DOM where the user's TypeScript has it: the package's declarations compile without. */
type Dom<Name extends string> = typeof globalThis extends { [N in Name]: { prototype: infer T } } ? T : never;

/** What shows an image. All but `Pixels` and `ImageData` in a browser only. */
export type PixelSource =
  | Pixels
  | Dom<"ImageData">
  | Dom<"HTMLCanvasElement">
  | Dom<"OffscreenCanvas">
  | Dom<"ImageBitmap">
  | Dom<"HTMLImageElement">;

function isClamped(data: unknown): data is Uint8ClampedArray {
  return arrayKind(data) === "Uint8ClampedArray";
}

/** The pixels of a source, and the bytes of each. @throws as fromPixels, for the source */
export function readPixels(where: string, source: unknown): Pixels & { readonly channels: 1 | 3 | 4 } {
  const pixels = drawnPixels(where, source) ?? source;
  const { data, width, height } = (pixels ?? {}) as { data: unknown; width: unknown; height: unknown };
  if (!isUint8Array(data) && !isClamped(data)) {
    const got = typeof data === "object" && data !== null ? `data that is ${show(data)}` : show(source);
    throw new TypeError(
      `${where}: expected ImageData, { data, width, height } with bytes as data or, in a browser, a canvas, an <img> or an ` +
        `ImageBitmap, got ${got}`,
    );
  }
  const count = checkInteger(`${where}: width`, width, 1) * checkInteger(`${where}: height`, height, 1);
  const channels = data.length / count;
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new RangeError(
      `${where}: expected 4, 3 or 1 bytes for each of ${width} x ${height} pixels, got ${data.length} bytes`,
    );
  }
  return { data: plainArray(data), width: width as number, height: height as number, channels };
}

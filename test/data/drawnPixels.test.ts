import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { drawnPixels } from "../../src/platform/browser.js";
import { drawnPixels as inNode } from "../../src/platform/node.js";

// Stand-ins for the DOM: what is asked of it, in which order. Real canvases are a matter for real browsers.

function element(kind: string, properties: object): object {
  return Object.defineProperty({ ...properties }, Symbol.toStringTag, { value: kind });
}

const pixels = { data: Uint8ClampedArray.of(1, 2, 3, 4), width: 1, height: 1 };
const getImageData = vi.fn(() => pixels);
const drawImage = vi.fn();
const getContext = vi.fn(() => ({ drawImage, getImageData }));
const Canvas = vi.fn(function (this: object) {
  Object.assign(this, { getContext });
});

beforeEach(() => {
  vi.clearAllMocks();
  vi.stubGlobal("OffscreenCanvas", Canvas);
  onTestFinished(() => void vi.unstubAllGlobals());
});

describe("drawnPixels", () => {
  it.each([
    ["HTMLCanvasElement", { width: 3, height: 2 }],
    ["OffscreenCanvas", { width: 3, height: 2 }],
    ["ImageBitmap", { width: 3, height: 2 }],
    ["HTMLImageElement", { complete: true, naturalWidth: 3, naturalHeight: 2, width: 90, height: 60 }],
  ])("draws an %s in sRGB on a canvas of its size", (kind, properties) => {
    const source = element(kind, properties);
    expect(drawnPixels("where", source)).toBe(pixels);
    expect(Canvas.mock.calls).toEqual([[3, 2]]);
    expect(getContext).toHaveBeenCalledWith("2d", { willReadFrequently: true, colorSpace: "srgb" });
    expect(drawImage).toHaveBeenCalledWith(source, 0, 0);
    expect(getImageData).toHaveBeenCalledWith(0, 0, 3, 2);
  });

  it("leaves all else alone, in Node everything", () => {
    for (const source of [undefined, null, 5, "HTMLCanvasElement", pixels, element("HTMLVideoElement", {})]) {
      expect(drawnPixels("where", source)).toBeUndefined();
    }
    expect(inNode("where", element("ImageBitmap", { width: 3, height: 2 }))).toBeUndefined();
    expect(Canvas).not.toHaveBeenCalled();
  });

  it("refuses an image that is not loaded, or has no pixels", () => {
    const loading = element("HTMLImageElement", { complete: false, naturalWidth: 3, naturalHeight: 2 });
    expect(() => drawnPixels("where", loading)).toThrow(
      "where: expected an image that is loaded, got one that is not; await",
    );
    const broken = element("HTMLImageElement", { complete: true, naturalWidth: 0, naturalHeight: 0 });
    expect(() => drawnPixels("where", broken)).toThrow("got HTMLImageElement of 0 x 0");
    const closed = element("ImageBitmap", { width: 0, height: 0 });
    expect(() => drawnPixels("where", closed)).toThrow(RangeError);
  });

  it("says what to do about an image of another origin", () => {
    const cause = new Error("The canvas has been tainted by cross-origin data.");
    getImageData.mockImplementationOnce(() => {
      throw cause;
    });
    const read = () => drawnPixels("where", element("HTMLCanvasElement", { width: 3, height: 2 }));
    expect(read).toThrow(/where: expected an image that the page may read, got one of another origin; .*CORS/);
  });
});

import { describe, expect, it } from "vitest";
import { parseIdx } from "wasm-cnn";
import { idxBytes } from "./mnistFiles.js";

describe("parseIdx", () => {
  it("reads every type, big-endian", () => {
    expect(parseIdx(idxBytes(0x08, [2, 3], [0, 1, 2, 253, 254, 255]))).toEqual({
      data: Uint8Array.of(0, 1, 2, 253, 254, 255),
      shape: [2, 3],
    });
    expect(parseIdx(idxBytes(0x09, [2], [0x80, 0x7f])).data).toEqual(Int8Array.of(-128, 127));
    expect(parseIdx(idxBytes(0x0b, [2], [0x80, 0, 1, 2])).data).toEqual(Int16Array.of(-32768, 258));
    expect(parseIdx(idxBytes(0x0c, [2], [0x80, 0, 0, 0, 1, 2, 3, 4])).data).toEqual(
      Int32Array.of(-(2 ** 31), 0x01020304),
    );
    expect(parseIdx(idxBytes(0x0d, [1, 1], [0xc0, 0x20, 0, 0])).data).toEqual(Float32Array.of(-2.5));
    expect(parseIdx(idxBytes(0x0e, [1], [0x3f, 0xd5, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55])).data).toEqual(
      Float64Array.of(1 / 3),
    );
  });

  it("takes bytes that lie at an odd place of a larger buffer, and gives plain typed arrays", () => {
    const file = idxBytes(0x0c, [1], [0, 0, 1, 0]);
    const within = new Uint8Array(file.length + 7).fill(99);
    within.set(file, 3);
    expect(parseIdx(within.subarray(3, 3 + file.length)).data).toEqual(Int32Array.of(256));
    const { data } = parseIdx(Buffer.from(idxBytes(0x08, [2], [1, 2])));
    expect(Buffer.isBuffer(data)).toBe(false);
    expect(data).toEqual(Uint8Array.of(1, 2));
  });

  it("takes dimensions of 0 and 255 dimensions when the file holds what they promise", () => {
    expect(parseIdx(idxBytes(0x08, [0, 28, 28], []))).toEqual({ data: new Uint8Array(0), shape: [0, 28, 28] });
    const ones = new Array<number>(255).fill(1);
    expect(parseIdx(idxBytes(0x08, ones, [42]))).toEqual({ data: Uint8Array.of(42), shape: ones });
    // Overflows to Infinity before it meets the 0.
    const vast = [...new Array<number>(254).fill(2 ** 32 - 1), 0];
    expect(parseIdx(idxBytes(0x08, vast, [])).shape).toEqual(vast);
  });

  it.each([
    ["no bytes", new Uint8Array(0), /4 bytes or more, got 0/],
    ["a cut magic number", Uint8Array.of(0, 0, 8), /4 bytes or more, got 3/],
    ["a wrong magic number", Uint8Array.of(1, 0, 8, 1, 0, 0, 0, 0), /expected an IDX file .*got 01 00 08 01/],
    ["an unknown type", idxBytes(0x0a, [1], [1]), /expected an IDX file .*got 00 00 0a 01/],
    ["a gzip file", Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0), /got 1f 8b 08 00 \(gzip: decompress it first\)/],
    ["no dimensions", idxBytes(0x08, [], [1]), /1 to 255 dimensions, got 0/],
    ["cut dimensions", Uint8Array.of(0, 0, 8, 255, 0, 0, 0, 1), /1024 bytes for 255 dimensions, got 8/],
    ["too few elements", idxBytes(0x08, [2, 3], [1, 2, 3, 4, 5]), /6 bytes of data for shape \(2, 3\), got 5/],
    ["too many elements", idxBytes(0x08, [2], [1, 2, 3]), /2 bytes of data for shape \(2,\), got 3/],
    ["a cut last element", idxBytes(0x0e, [1], [0, 0, 0, 0]), /8 bytes of data for shape \(1,\), got 4/],
    ["data where a dimension is 0", idxBytes(0x08, [0, 28], [1]), /0 bytes of data for shape \(0, 28\), got 1/],
    ["a promise of 4 GB", idxBytes(0x08, [2 ** 32 - 1], [1]), /4294967295 bytes of data .*got 1/],
    ["a promise of 32 GB", idxBytes(0x0e, [2 ** 32 - 1], [1]), /34359738360 bytes of data .*got 1/],
    ["a product that is 0 in 32 bits", idxBytes(0x08, [65536, 65536], []), /4294967296 bytes of data .*got 0/],
    [
      "a product that is 0 in 64 bits",
      idxBytes(0x08, new Array(4).fill(65536), []),
      /18446744073709552000 bytes .*got 0/,
    ],
    ["a product that is negative in 32 bits", idxBytes(0x08, [0x80000000], []), /2147483648 bytes of data .*got 0/],
    [
      "255 vast dimensions",
      idxBytes(0x08, new Array(255).fill(2 ** 32 - 1), [1]),
      /Infinity .*255 dimensions\), got 1/,
    ],
  ])("refuses %s", (_name, bytes, message) => {
    expect(() => parseIdx(bytes)).toThrow(RangeError);
    expect(() => parseIdx(bytes)).toThrow(message);
  });

  it("refuses what is not a Uint8Array", () => {
    for (const wrong of [new ArrayBuffer(8), [0, 0, 8, 1], "text", null, undefined]) {
      expect(() => parseIdx(wrong as unknown as Uint8Array)).toThrow(TypeError);
    }
  });
});

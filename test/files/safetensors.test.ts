import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSafetensors, writeSafetensors } from "wasm-cnn/files/safetensors";
import { network } from "./networks.js";

/** A file with this header, as it is or as JSON, and these bytes behind it. */
function file(header: unknown, data: ArrayLike<number> = []): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const zeros = (count: number) => new Uint8Array(count);
const f32 = (shape: unknown, ...offsets: unknown[]) => ({ dtype: "F32", shape, data_offsets: offsets });

describe("safetensors", () => {
  it("gives back the weights that were written, in their order", () => {
    const weights = network("mnist").getWeights();
    const bytes = writeSafetensors(weights);
    expect(readSafetensors(bytes)).toEqual(weights);
    // The numbers are aligned, as readers that map the file want them.
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
  });

  it("reads a view at an odd address, a Buffer, and an empty file", () => {
    const weights = network("rows").getWeights();
    const bytes = writeSafetensors(weights);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(readSafetensors(shifted.subarray(3))).toEqual(weights);
    expect(readSafetensors(Buffer.from(bytes))).toEqual(weights);
    expect(readSafetensors(writeSafetensors([]))).toEqual([]);
  });

  it("reads scalars, nothing at all, and other types, in the order of the numbers", () => {
    const header = {
      __metadata__: { format: "pt" },
      b: { dtype: "BF16", shape: [2], data_offsets: [4, 8] },
      a: { dtype: "F16", shape: [2, 1], data_offsets: [0, 4] },
      d: f32([], 8, 12),
      c: f32([3, 0], 8, 8),
    };
    const bytes = file(header, [0x00, 0x3c, 0x00, 0xc4, 0x80, 0x3f, 0x40, 0xc0, 0, 0, 0x20, 0x41]);
    expect(readSafetensors(bytes)).toEqual([
      { name: "a", shape: [2, 1], data: Float32Array.of(1, -4) },
      { name: "b", shape: [2], data: Float32Array.of(1, -3) },
      { name: "c", shape: [3, 0], data: new Float32Array() },
      { name: "d", shape: [], data: Float32Array.of(10) },
    ]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["an empty file", zeros(0), /at least 8 bytes, got 0$/],
    ["seven bytes", zeros(7), /got 7$/],
    ["no header", zeros(8), /header: expected JSON/],
    ["a header beyond the file", file("{}").fill(255, 0, 8), /got 18446744073709551615$/],
    ["a header that is no text", file("{}").fill(0xff, 8), /header: expected JSON/],
    ["a header that is no JSON", file("{]"), /header: expected JSON/],
    ["an array as header", file([]), /header: expected a JSON object, got \[\]$/],
    ["a number as entry", file({ a: 1 }), /"a": expected an object, got 1$/],
    ["the name __proto__", file('{"__proto__":{}}'), /names of weights, got "__proto__"$/],
    [
      "a type that is none",
      file({ a: { ...f32([1], 0, 4), dtype: "constructor" } }, zeros(4)),
      /dtype among F32, F16, BF16/,
    ],
    ["a shape that is none", file({ a: f32("3", 0, 4) }, zeros(4)), /an array as its shape, got "3"$/],
    ["a negative size", file({ a: f32([-1, -1], 0, 4) }, zeros(4)), /shape\[0\]: expected an integer >= 0, got -1$/],
    ["a fraction as size", file({ a: f32([0.5, 2], 0, 4) }, zeros(4)), /shape\[0\].* got 0.5$/],
    ["a huge shape", file({ a: f32([2 ** 52, 2 ** 52], 0, 4) }, zeros(4)), /bytes for its shape, got 4$/],
    ["one offset", file({ a: f32([1], 0) }, zeros(4)), /two numbers as its data_offsets/],
    ["offsets that fall", file({ a: f32([1], 4, 0) }, zeros(4)), /data_offsets\[1\].*>= 4, got 0$/],
    ["offsets beyond the file", file({ a: f32([2], 0, 8) }, zeros(4)), /expected 8 bytes of numbers, got 4$/],
    ["numbers that nobody names", file({ a: f32([1], 0, 4) }, zeros(8)), /expected 4 bytes of numbers, got 8$/],
    ["a hole", file({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, zeros(12)), /"b" to begin at byte 4, got 8$/],
    ["an overlap", file({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, zeros(12)), /"b" to begin at byte 8, got 4$/],
    ["the same numbers twice", file({ a: f32([1], 0, 4), b: f32([1], 0, 4) }, zeros(4)), /to begin at byte 4, got 0$/],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  it("refuses to write names that a reader could not tell apart", () => {
    const weight = (name: string) => ({ name, shape: [1], data: Float32Array.of(1) });
    expect(() => writeSafetensors([weight("a"), weight("a")])).toThrow(RangeError);
    expect(() => writeSafetensors([weight("__metadata__")])).toThrow(RangeError);
    expect(() => writeSafetensors([weight("__proto__")])).toThrow(RangeError);
  });

  it("gives back any weights", () => {
    const weight = fc.record({ name: fc.string(), data: fc.float32Array() });
    const weights = fc.uniqueArray(weight, { selector: ({ name }) => name });
    fc.assert(
      fc.property(weights, (list) => {
        const given = list.map(({ name, data }) => ({ name: `w${name}`, shape: [data.length], data }));
        expect(readSafetensors(writeSafetensors(given))).toEqual(given);
      }),
    );
  });

  it("reads or refuses a file with any bytes changed", () => {
    const bytes = writeSafetensors(network("rows").getWeights());
    const change = fc.tuple(fc.nat(400), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), fc.nat(bytes.length), (changes, cut) => {
        const changed = bytes.slice(0, cut % 3 ? undefined : cut);
        for (const [at, value] of changes) changed[at] = value;
        let weights: ReturnType<typeof readSafetensors>;
        try {
          weights = readSafetensors(changed);
        } catch (error) {
          expect((error as Error).message).toMatch(/^safetensors: /);
          return;
        }
        for (const { shape, data } of weights) expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
      }),
      { numRuns: 2000 },
    );
  });
});

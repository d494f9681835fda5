import { expect, it } from "vitest";
import { decodeFloat16, encodeFloat16 } from "../../dist/files/float16.js";

const all = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);
const values = decodeFloat16(all);
/** Without the sign, the bits of halves are in the order of their values: 0 .. infinity. */
const INFINITE = 0x7c00;

it("halves have the values of IEEE 754", () => {
  const known = { 0: 0, 1: 2 ** -24, 1023: 1023 * 2 ** -24, 1024: 2 ** -14, 13653: 0.333251953125, 15360: 1 };
  for (const [bits, value] of Object.entries({ ...known, 49152: -2, 31743: 65504, 31744: Infinity, 64512: -Infinity }))
    expect(values[Number(bits)]).toBe(value);
  expect(values[0x8000]).toBe(-0);
  expect(values[0x7c01]).toBeNaN();
});

it("each half is itself again", () => {
  const back = encodeFloat16(values);
  const different = all.filter((bits, i) => back[i] !== bits && !Number.isNaN(values[i]));
  expect([...different]).toEqual([]);
  expect(decodeFloat16(encodeFloat16(Float32Array.of(NaN)))[0]).toBeNaN();
});

it("between two halves the nearest is taken, halfway the even one", () => {
  for (let bits = 0; bits < INFINITE; bits++) {
    const above = bits + 1 === INFINITE ? 65536 : values[bits + 1]!;
    const middle = (values[bits]! + above) / 2;
    const apart = middle * 2 ** -20;
    const around = encodeFloat16(Float32Array.of(middle - apart, middle, middle + apart, -middle));
    const even = bits + (bits & 1);
    if (around[0] !== bits || around[1] !== even || around[2] !== bits + 1 || around[3] !== (0x8000 | even))
      expect.fail(`around ${middle}: ${around}`);
  }
  expect([...encodeFloat16(Float32Array.of(1e30, -1e30, 1e-30, -1e-30))]).toEqual([INFINITE, 0xfc00, 0, 0x8000]);
});

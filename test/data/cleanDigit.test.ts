import { describe, expect, it } from "vitest";
import { centerDigit, cleanDigit } from "wasm-cnn";

const SIDE = 60;
/** A thick stroke from top to bottom, as drawn on paper of this brightness. */
function drawn(ink: number, paper: (x: number, y: number) => number) {
  const data = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    const isInk = x >= 25 && x < 33 && y >= 12 && y < 48;
    return isInk ? ink : paper(x, y);
  });
  return { data, width: SIDE, height: SIDE };
}

describe("cleanDigit", () => {
  it("leaves light ink on black, and turns dark ink on white round", () => {
    const light = drawn(255, () => 0);
    expect(cleanDigit(light)).toEqual(light);
    expect(cleanDigit(drawn(0, () => 255)).data).toEqual(light.data);
  });

  it("takes away what a photo has besides the ink: shadows, and dirt", () => {
    const photo = drawn(30, (x, y) => (x === 5 && y === 50 ? 40 : 150 + x));
    const { data } = cleanDigit(photo);
    const light = drawn(255, () => 0);
    expect(data[50 * SIDE + 5]).toBe(0);
    const paper = data.filter((_, i) => light.data[i] === 0);
    expect(Math.max(...paper)).toBe(0);
    expect(Math.min(...data.filter((_, i) => light.data[i] === 255))).toBeGreaterThan(200);
    expect(centerDigit({ data, width: SIDE, height: SIDE }).shape).toEqual([1, 28, 28, 1]);
  });

  it("makes a blank page all paper, and larger images smaller", () => {
    expect(new Set(cleanDigit(drawn(200, () => 200)).data)).toEqual(new Set([0]));
    const { width, height, data } = cleanDigit({ data: new Uint8Array(600 * 300), width: 600, height: 300 });
    expect([width, height, data.length]).toEqual([256, 128, 256 * 128]);
  });

  it("can be told that it is the other way round, and refuses other options", () => {
    // What is brighter than the edge is no ink then.
    expect(
      new Set(
        cleanDigit(
          drawn(255, () => 0),
          { invert: true },
        ).data,
      ),
    ).toEqual(new Set([0]));
    expect(() =>
      cleanDigit(
        drawn(1, () => 0),
        { turned: true } as never,
      ),
    ).toThrow(TypeError);
  });
});

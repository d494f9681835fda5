// What holds for tiles of 2 x 2 and of 4 x 4 alike.

import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { conv2dForward } from "../reference/conv2d.js";
import { maxPool2dForward } from "../reference/maxPool2d.js";
import { random } from "../reference/random.js";
import { tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { integers } from "./data.js";
import { hardNumbers, make } from "./hardNumbers.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";
import { roundingBounds, roundingBounds4 } from "./roundingBounds.js";
import { callForward, callMaxPool, FILTERS, forward, maxPoolForward, operands, wholeShapes } from "./winogradForms.js";

describe.each([2, 4] as const)("winograd in tiles of %i", (size) => {
  it("is close to the reference for 13 x 13 x 32 to 64", () => {
    const source = random(33);
    const x = source.tensor([2, 13, 13, 32]);
    const w = source.tensor([3, 3, 32, 64]);
    const b = source.tensor([64]);
    expectClose(forward(size, x, w, b).y, conv2dForward({ x, w, b }).data, tolerances.kernelSumWinograd);
  });

  it.each(hardNumbers(FILTERS))("keeps to the bound of its rounding errors: $what", ({ first, second }) => {
    for (const channels of [4, 36]) {
      const source = random(channels);
      const x = make(source, source.tensor([2, 9, 12, channels]), first);
      const w = make(source, source.tensor([3, 3, channels, FILTERS]), second);
      const bounds = size === 2 ? roundingBounds(x, w) : roundingBounds4(x, w);
      const expected = conv2dForward({ x, w }).data;
      for (const [i, value] of forward(size, x, w).y.entries()) {
        expect(Math.abs(value - expected[i]!), `error of element ${i}`).toBeLessThanOrEqual(bounds[i]!);
      }
    }
  });

  it("pools what it gives without pooling, to the bit", () => {
    const source = random(36);
    for (const shape of wholeShapes) {
      const x = source.tensor([...shape, 12]);
      const w = source.tensor([3, 3, 12, 16]);
      const b = source.tensor([16]);
      const z = tensor([shape[0], shape[1] - 2, shape[2] - 2, 16], forward(size, x, w, b).y);
      const { y } = maxPool2dForward({ x: z, poolSize: [2, 2] });
      expect(maxPoolForward(size, x, w, b).y).toEqual(Float32Array.from(y.data));
    }
  });

  it("makes one rectangle of tiles, and writes no other output", () => {
    const source = random(39);
    const [x, w] = [source.tensor([3, 14, 18, 4]), source.tensor([3, 3, 4, 8])];
    const whole = { z: forward(size, x, w).y, y: maxPoolForward(size, x, w).y };
    const [top, left, rows, columns] = [size, 2 * size, 1, 2];
    const { z, y } = compute((arena) => {
      const z = arena.output(whole.z.length);
      const y = arena.output(whole.y.length);
      const after = operands(arena, size, x, w, undefined);
      const rectangle = [top, left, rows, columns] as const;
      callForward(arena, size, 3, z, ...after, 14, 18, 4, 12, 16, 8, ...rectangle);
      callMaxPool(arena, size, 3, y, 0, ...after, 14, 18, 4, 6, 8, 8, ...rectangle);
      return { z, y };
    });
    const only = (values: Float32Array, height: number, width: number, tile: number) =>
      values.map((value, e) => {
        const position = Math.floor(e / 8);
        const [i, j] = [Math.floor(position / width) % height, position % width];
        const [a, b] = [Math.floor(i / tile) - top / size, Math.floor(j / tile) - left / size];
        return a >= 0 && a < rows && b >= 0 && b < columns ? value : Number.NaN;
      });
    expectEqual(z, only(whole.z, 12, 16, size));
    expectEqual(y, only(whole.y, 6, 8, size / 2));
  });

  // x[1,3,4] is seen by rows 1 to 3 and columns 2 to 4 of the second sample, and shares tiles with more: of 2 x 2 with rows 0 to 3 and
  // columns 2 to 5, of 4 x 4 with rows 0 to 3 and all eight columns.
  const unusual = ((10 + 3) * 10 + 4) * 4 + 1;
  const isNear = (row: number, column: number) => row <= 3 && (size === 4 || (column >= 2 && column <= 5));

  it.each([Number.NaN, Infinity, -Infinity])("lets a %f through where it is seen, and to no other tile", (value) => {
    const source = random(34);
    const x = integers(source, [2, 10, 10, 4]);
    x.data[unusual] = value;
    const { y } = forward(size, x, integers(source, [3, 3, 4, 8]));
    for (const [i, result] of y.entries()) {
      const [sample, row, column] = [Math.floor(i / 512), Math.floor(i / 64) % 8, Math.floor(i / 8) % 8];
      const isSeen = sample === 1 && row >= 1 && row <= 3 && column >= 2 && column <= 4;
      if (isSeen || sample === 0 || !isNear(row, column)) {
        expect(Number.isFinite(result), `element ${i}`).toBe(!isSeen);
      }
    }
  });

  it("lets a NaN through from any place of a tile", () => {
    const source = random(38);
    const inputs = size + 2;
    const w = integers(source, [3, 3, 4, 8]);
    for (let place = 0; place < inputs ** 2; place++) {
      const x = integers(source, [1, inputs, inputs, 4]);
      x.data[4 * place] = Number.NaN;
      const { y } = forward(size, x, w);
      const expected = conv2dForward({ x, w });
      for (const [i, value] of expected.data.entries()) {
        if (Number.isNaN(value)) expect(y[i], `element ${i} for NaN at ${place}`).toBeNaN();
      }
      const pooled = maxPool2dForward({ x: expected, poolSize: [2, 2] }).y.data;
      for (const [i, value] of maxPoolForward(size, x, w).y.entries()) {
        if (Number.isNaN(pooled[i])) expect(value, `pooled ${i} for NaN at ${place}`).toBeNaN();
      }
    }
  });

  it("lets a NaN through pooling where it is seen, and to no other tile", () => {
    const source = random(34);
    const x = integers(source, [2, 10, 10, 4]);
    x.data[unusual] = Number.NaN;
    const { y } = maxPoolForward(size, x, integers(source, [3, 3, 4, 8]));
    for (const [i, result] of y.entries()) {
      const [sample, row, column] = [Math.floor(i / 128), Math.floor(i / 32) % 4, Math.floor(i / 8) % 4];
      const isSeen = sample === 1 && row <= 1 && column >= 1 && column <= 2;
      if (isSeen || sample === 0 || !isNear(2 * row, 2 * column)) {
        expect(Number.isNaN(result), `element ${i}`).toBe(isSeen);
      }
    }
  });

  it("gives a sample the same bits at any place", () => {
    const source = random(35);
    // Some samples have their tiles in two blocks.
    const x = source.tensor([5, 10, 14, 4]);
    const w = source.tensor([3, 3, 4, 8]);
    const b = source.tensor([8]);
    const samplesOf = (samples: number, x: Numbers) => tensor([samples, 10, 14, 4], x);
    expectSamplesApart(5, [x.data], (samples, ...[x]: Numbers[]) => forward(size, samplesOf(samples, x!), w, b));
    expectSamplesApart(5, [x.data], (samples, ...[x]: Numbers[]) => maxPoolForward(size, samplesOf(samples, x!), w, b));
  });
});

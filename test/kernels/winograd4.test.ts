import { describe, expect, it } from "vitest";
import { winogradKernelSize } from "../../src/layers/base/scratch.js";
import { expectClose } from "../expectClose.js";
import { conv2dForward } from "../reference/conv2d.js";
import { maxPool2dForward } from "../reference/maxPool2d.js";
import { random } from "../reference/random.js";
import { tensor } from "../reference/tensor.js";
import { transform, transforms4 } from "../reference/winograd.js";
import { tolerances } from "../tolerances.js";
import { compute, expectEqual } from "./harness.js";
import { channelsAndFilters, expectedMaxPool, forward, maxPoolForward, shapes, wholeShapes } from "./winogradForms.js";

describe("winograd in tiles of 4 x 4", () => {
  it.each(channelsAndFilters)("is close to the reference, %i channels to %i filters", (channels, filters) => {
    const source = random(channels);
    for (const [samples, height, width] of shapes) {
      const x = source.tensor([samples, height, width, channels]);
      const w = source.tensor([3, 3, channels, filters]);
      const b = source.tensor([filters]);
      const what = `${samples} samples of ${height} x ${width}`;
      expectClose(forward(4, x, w, b).y, conv2dForward({ x, w, b }).data, tolerances.kernelSumWinograd, what);
    }
    for (const [samples, height, width] of wholeShapes) {
      const x = source.tensor([samples, height, width, channels]);
      const w = source.tensor([3, 3, channels, filters]);
      const b = source.tensor([filters]);
      const pooled = maxPoolForward(4, x, w, b);
      const expected = expectedMaxPool(x, w, b);
      expectClose(pooled.y, expected.y.data, tolerances.kernelSumWinograd, `pooled, ${height} x ${width}`);
      // Random numbers lie further apart than the rounding errors.
      expectEqual(pooled.places, expected.places, `places, ${height} x ${width}`);
    }
  });

  it("takes the first of equals", () => {
    // All outputs of a window see the same pixels, so all are the same to the bit where the tile is constant.
    const x = tensor([1, 6, 6, 4], new Float32Array(144));
    const w = random(31).tensor([3, 3, 4, 8]);
    const { places } = maxPoolForward(4, x, w);
    expectEqual(places, expectedMaxPool(x, w).places);
  });

  it("gives what sees nothing but zeros exactly its bias", () => {
    const source = random(40);
    const w = source.tensor([3, 3, 8, 16]);
    const b = source.tensor([16]);
    // Zeros but for single pixels, and one of them in its last channel alone.
    for (const pixels of [
      [],
      [[0, 0]],
      [[2, 3]],
      [
        [5, 5],
        [0, 7],
      ],
      [[9, 13]],
      [
        [4, 0],
        [4, 13],
      ],
    ]) {
      const x = tensor([1, 10, 14, 8]);
      for (const [i, j] of pixels as [number, number][]) x.data[(i * 14 + j) * 8 + 7] = 1 + i;
      const expected = conv2dForward({ x, w, b });
      const { y } = forward(4, x, w, b);
      const pooled = maxPoolForward(4, x, w, b).y;
      for (let i = 0; i < 8; i++) {
        for (let j = 0; j < 12; j++) {
          const isSeen = pixels.some(([a, c]) => a! >= i && a! <= i + 2 && c! >= j && c! <= j + 2);
          const at = (i * 12 + j) * 16;
          if (!isSeen)
            expectEqual(y.subarray(at, at + 16), Float32Array.from(b.data), `output ${i}, ${j} of ${pixels}`);
        }
      }
      const { y: maximum } = maxPool2dForward({ x: tensor(expected.shape, y), poolSize: [2, 2] });
      expectEqual(pooled, maximum.data, `pooled, ${pixels}`);
    }
  });

  it("takes no bias as zeros", () => {
    const source = random(32);
    const [x, w] = [source.tensor([1, 6, 6, 4]), source.tensor([3, 3, 4, 8])];
    const zeros = tensor([8]);
    expect(forward(4, x, w)).toEqual(forward(4, x, w, zeros));
    expect(maxPoolForward(4, x, w)).toEqual(maxPoolForward(4, x, w, zeros));
  });
});

describe("winograd4TransformKernel", () => {
  it.each(channelsAndFilters)("gives G g G' in panels of 8, %i channels to %i filters", (channels, filters) => {
    const size = channels * filters;
    const w = random(size).tensor([3, 3, channels, filters]);
    const { u } = compute((arena) => {
      const u = arena.output(winogradKernelSize(4, channels, filters));
      arena.call("winograd4TransformKernel", u, arena.input(w.data), channels, filters, 0);
      return { u };
    });
    for (let c = 0; c < channels; c++) {
      for (let f = 0; f < filters; f++) {
        const expected = transform(transforms4.kernel, (i, j) => w.data[((3 * i + j) * channels + c) * filters + f]!);
        const place = Math.floor(f / 8) * 8 * channels + c * 8 + (f % 8);
        const actual = expected.map((_, i) => u[i * (size + 16) + place]!);
        expectClose(actual, expected, tolerances.kernel, `channel ${c}, filter ${f}`);
      }
    }
  });
});

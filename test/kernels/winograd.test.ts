import { describe, it } from "vitest";
import { conv2dForward } from "../reference/conv2d.js";
import { random } from "../reference/random.js";
import { tensor } from "../reference/tensor.js";
import { transform, transforms } from "../reference/winograd.js";
import { integers } from "./data.js";
import { compute, expectEqual } from "./harness.js";
import { channelsAndFilters, expectedMaxPool, forward, maxPoolForward, shapes } from "./winogradForms.js";

describe("winograd in tiles of 2 x 2", () => {
  it.each(channelsAndFilters)("is exact for integers, %i channels to %i filters", (channels, filters) => {
    const source = random(channels);
    for (const [samples, height, width] of shapes) {
      const x = integers(source, [samples, height, width, channels]);
      const w = integers(source, [3, 3, channels, filters]);
      const b = integers(source, [filters]);
      const what = `${samples} samples of ${height} x ${width}`;
      expectEqual(forward(2, x, w, b).y, conv2dForward({ x, w, b }).data, what);
      const pooled = maxPoolForward(2, x, w, b);
      const expected = expectedMaxPool(x, w, b);
      expectEqual(pooled.y, expected.y.data, `pooled, ${what}`);
      expectEqual(pooled.places, expected.places, `places, ${what}`);
    }
  });

  it("takes the first of equals", () => {
    const source = random(31);
    const x = integers(source, [2, 8, 8, 4], 1);
    const w = tensor([3, 3, 4, 8]);
    w.data.set(integers(source, [8], 1).data);
    expectEqual(maxPoolForward(2, x, w).places, expectedMaxPool(x, w).places);
  });

  it("takes no bias as zeros", () => {
    const source = random(32);
    const x = integers(source, [1, 5, 6, 4]);
    const w = integers(source, [3, 3, 4, 8]);
    expectEqual(forward(2, x, w).y, conv2dForward({ x, w }).data);
    expectEqual(maxPoolForward(2, x, w).y, expectedMaxPool(x, w).y.data);
  });
});

describe("winogradTransformKernel", () => {
  it.each(channelsAndFilters)("gives G g G' in panels of 8, %i channels to %i filters", (channels, filters) => {
    const size = channels * filters;
    const w = integers(random(size), [3, 3, channels, filters], 99);
    const expected = new Float64Array(16 * (size + 16)).fill(Number.NaN);
    for (let c = 0; c < channels; c++) {
      for (let f = 0; f < filters; f++) {
        const u = transform(transforms.kernel, (i, j) => w.data[((3 * i + j) * channels + c) * filters + f]!);
        const place = Math.floor(f / 8) * 8 * channels + c * 8 + (f % 8);
        for (const [i, value] of u.entries()) expected[i * (size + 16) + place] = value;
      }
    }
    const { u } = compute((arena) => {
      const u = arena.output(expected.length);
      arena.call("winogradTransformKernel", u, arena.input(w.data), channels, filters, 0);
      return { u };
    });
    expectEqual(u, expected);
  });
});

import { describe, expect, it } from "vitest";
import { layers, Sequential } from "wasm-cnn";
import { reluBackward, reluForward } from "../../reference/activation.js";
import { denseBackward, denseForward } from "../../reference/dense.js";
import { random } from "../../reference/random.js";
import { tensor } from "../../reference/tensor.js";
import { expectGradients } from "../expectGradients.js";
import { expectLayer } from "../expectLayer.js";
import { SharedDense } from "./sharedDense.js";

describe("a layer at two places", () => {
  it("has one set of weights, whose gradients add up", async () => {
    const values = random(2);
    const [x, dy] = [values.tensor([5, 7]), values.tensor([5, 7])];
    const [w, b] = [values.tensor([7, 7]), values.tensor([7])];
    const between = reluForward(denseForward({ x, w, b }));
    const y = reluForward(denseForward({ x: between, w, b }));
    const second = denseBackward({ dy: reluBackward({ dy, y }), x: between, w });
    const first = denseBackward({ dy: reluBackward({ dy: second.dx, y: between }), x, w });
    const add = (a: Float64Array, c: Float64Array) => a.map((value, i) => value + c[i]!);
    await expectLayer(new SharedDense(7), {
      ...{ x, dy, weights: [w, b], y, dx: first.dx },
      dweights: [tensor(w.shape, add(first.dw.data, second.dw.data)), tensor([7], add(first.db.data, second.db.data))],
    });
    await expectGradients(new SharedDense(5), [3, 5]);
  });

  it("has the same weights in each of them, which fit their inputs alone", async () => {
    const shared = layers.dense({ units: 4 });
    const one = new Sequential([shared, layers.dense({ units: 2 })], { seed: 1 });
    const two = new Sequential([layers.flatten(), shared], { seed: 2 });
    const x = { data: Float32Array.from({ length: 12 }, (_, i) => i / 12), shape: [2, 6] };
    const alone = await one.predict(x);
    await expect(two.predict({ data: new Float32Array(18), shape: [2, 3, 3] })).rejects.toThrow(RangeError);
    await two.predict({ data: new Float32Array(12), shape: [2, 3, 2] });
    expect(two.getWeights()[0]!.data).toEqual(one.getWeights()[0]!.data);
    expect(await one.predict(x)).toEqual(alone);
  });
});

import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { softmaxForward } from "./activation.js";
import { categoricalCrossentropy, softmaxCategoricalCrossentropy } from "./crossEntropy.js";
import { finiteDifference } from "./finiteDifference.js";
import { random } from "./random.js";
import { tensor } from "./tensor.js";

const source = random(7);
const z = source.tensor([4, 5]);
const oneHot = source.oneHot(4, 5);
const soft = softmaxForward(source.tensor([4, 5]));
const weights = tensor([4], [1, 0, 2.5, 0.5]);

describe("softmaxCategoricalCrossentropy", () => {
  it.each([
    { name: "one-hot", inputs: { t: oneHot } },
    { name: "soft targets", inputs: { t: soft } },
    { name: "weights", inputs: { t: oneHot, weights } },
  ])("dz is the derivative of the loss: $name", ({ inputs }) => {
    const { dz } = softmaxCategoricalCrossentropy({ z, ...inputs });
    const numeric = finiteDifference((z) => softmaxCategoricalCrossentropy({ z, ...inputs }).loss, z);
    expectClose(dz.data, numeric.data, tolerances.finiteDifference);
  });

  it("stays exact where the probability is 0", () => {
    const { loss, dz } = softmaxCategoricalCrossentropy({ z: tensor([1, 2], [0, 1000]), t: tensor([1, 2], [1, 0]) });
    expect(loss).toBe(1000);
    expect([...dz.data]).toEqual([-1, 1]);
  });
});

describe("categoricalCrossentropy", () => {
  const p = tensor(
    [4, 5],
    softmaxForward(z).data.map((value) => 1.5 * value),
  );

  it.each([
    { name: "one-hot", inputs: { t: oneHot } },
    { name: "soft targets", inputs: { t: soft } },
    { name: "weights", inputs: { t: oneHot, weights } },
  ])("dp is the derivative of the loss: $name", ({ inputs }) => {
    const { dp } = categoricalCrossentropy({ p, ...inputs });
    const numeric = finiteDifference((p) => categoricalCrossentropy({ p, ...inputs }).loss, p);
    expectClose(dp.data, numeric.data, tolerances.finiteDifference);
  });

  it("is the fused loss where nothing is clipped", () => {
    const fused = softmaxCategoricalCrossentropy({ z, t: oneHot });
    const { losses } = categoricalCrossentropy({ p: softmaxForward(z), t: oneHot });
    expectClose(losses.data, fused.losses.data, { absolute: 1e-15, relative: 1e-14 });
  });
});

import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { reluBackward, reluForward, softmaxBackward, softmaxForward } from "./activation.js";
import { dot, finiteDifference } from "./finiteDifference.js";
import { random } from "./random.js";
import { rescalingBackward, rescalingForward } from "./rescaling.js";
import { tensor } from "./tensor.js";

describe("activation", () => {
  it("relu: backward is the derivative of forward", () => {
    const source = random(4);
    const x = source.distinct([3, 4, 2]);
    const dy = source.tensor(x.shape);
    const dx = reluBackward({ dy, y: reluForward(x) });
    expectClose(dx.data, finiteDifference((x) => dot(reluForward(x), dy), x).data, tolerances.finiteDifference);
  });

  it("relu: no gradient at 0, NaN stays", () => {
    const y = reluForward(tensor([3], [0, -1, Number.NaN]));
    expect([...y.data]).toEqual([0, 0, Number.NaN]);
    expect([...reluBackward({ dy: tensor([3], [1, 1, 1]), y }).data].slice(0, 2)).toEqual([0, 0]);
  });

  it.each([[[1, 1]], [[3, 5]], [[2, 2, 7]]])("softmax: backward is the derivative of forward: %j", (shape) => {
    const source = random(5);
    const x = tensor(
      shape,
      source.tensor(shape).data.map((value) => 4 * value),
    );
    const dy = source.tensor(shape);
    const dx = softmaxBackward({ dy, y: softmaxForward(x) });
    expectClose(dx.data, finiteDifference((x) => dot(softmaxForward(x), dy), x).data, tolerances.finiteDifference);
  });

  it("softmax: large values do not overflow", () => {
    expect([...softmaxForward(tensor([2, 2], [1000, 1000, -1000, 0])).data]).toEqual([0.5, 0.5, 0, 1]);
  });
});

describe("rescaling", () => {
  it("backward is the derivative of forward", () => {
    const source = random(6);
    const x = source.tensor([2, 3, 2, 1]);
    const dy = source.tensor(x.shape);
    const dx = rescalingBackward({ dy, scale: -2.5 });
    const numeric = finiteDifference((x) => dot(rescalingForward({ x, scale: -2.5, offset: 3 }), dy), x);
    expectClose(dx.data, numeric.data, tolerances.finiteDifference);
  });
});

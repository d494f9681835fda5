import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { dot, finiteDifference } from "./finiteDifference.js";
import { type NormalizationInputs, normalizationBackward, normalizationForward } from "./normalization.js";
import { random } from "./random.js";
import { tensor } from "./tensor.js";

const CASES: Record<string, Pick<NormalizationInputs, "groupOf" | "parameterOf" | "centred" | "of">> = {
  "over the batch": { groupOf: (i) => i % 6, parameterOf: (i) => i % 6 },
  "over groups of channels": {
    groupOf: (i) => Math.floor(i / 24) * 2 + Math.floor((i % 6) / 3),
    parameterOf: (i) => i % 6,
  },
  "over rows": { groupOf: (i) => Math.floor(i / 6), parameterOf: (i) => i % 6 },
  "over rows, without a mean": { groupOf: (i) => Math.floor(i / 6), parameterOf: (i) => i % 6, centred: false },
  "to a length of 1": { groupOf: (i) => Math.floor(i / 6), parameterOf: (i) => i % 6, centred: false, of: "sum" },
};

describe.each(Object.entries(CASES))("normalisation %s", (_name, one) => {
  it("has the gradients that finite differences say", () => {
    const source = random(5);
    const inputs = {
      ...{ ...one, x: source.tensor([3, 2, 2, 6]), gamma: source.tensor([6]), beta: source.tensor([6]) },
      epsilon: 1e-3,
    };
    const dy = source.tensor(inputs.x.shape);
    const { dx, dgamma, dbeta } = normalizationBackward(inputs, dy);
    const gradient = (name: "x" | "gamma" | "beta") =>
      finiteDifference((moved) => dot(normalizationForward({ ...inputs, [name]: moved }), dy), inputs[name]).data;
    expectClose(dx.data, gradient("x"), tolerances.finiteDifference, "dx");
    expectClose(dgamma.data, gradient("gamma"), tolerances.finiteDifference, "dgamma");
    expectClose(dbeta.data, gradient("beta"), tolerances.finiteDifference, "dbeta");
  });
});

it("normalises to mean 0 and variance 1", () => {
  const x = tensor([4, 1], [1, 2, 3, 6]);
  const y = normalizationForward({ x, groupOf: () => 0, parameterOf: () => 0, epsilon: 0 });
  expectClose(
    y.data,
    [-2, -1, 0, 3].map((value) => value / Math.sqrt(3.5)),
    tolerances.sameArithmetic,
    "y",
  );
  expect(y.data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
  expect(y.data.reduce((sum, value) => sum + value ** 2, 0) / 4).toBeCloseTo(1, 12);
});

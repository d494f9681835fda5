import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { type NormalizationInputs, normalizationBackward, normalizationForward } from "../reference/normalization.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { compute, expectSamplesApart, type Numbers } from "./harness.js";
import { EPSILON, type Inputs, inputsOf, OLD, plusOld } from "./normalizationInputs.js";

type Mode = Pick<NormalizationInputs, "centred" | "of">;

function rowwise({ x, dy, gamma, beta }: Inputs & { gamma: Tensor; beta: Tensor }, mode: Mode, least = 0) {
  const [samples, rows, n] = x.shape as [number, number, number];
  const { centred = true, of = "mean" } = mode;
  const options = [rows, n, centred ? 1 : 0, of === "mean" ? 1 / n : 1] as const;
  return compute((arena) => {
    const [inX, inDy, inGamma, inBeta] = [x, dy, gamma, beta].map(({ data }) => arena.input(data));
    const statistics = arena.output(2 * samples * rows);
    const [y, dx] = [arena.output(x.data.length), arena.output(x.data.length)];
    const [dgamma, dbeta] = [0, 1].map(() => arena.inout(new Float32Array(n).fill(OLD)));
    const parameters = [inX!, inGamma!, inBeta!] as const;
    arena.call("rowNormalizationForward", samples, y, statistics, ...parameters, ...options, EPSILON, least);
    arena.call("rowNormalizationBackward", samples, dx, inDy!, inX!, statistics, inGamma!, ...options, least);
    arena.call("rowNormalizationBackwardAffineAdd", samples, dgamma!, dbeta!, inDy!, inX!, statistics, rows, n);
    return { y, dx, dgamma: dgamma!, dbeta: dbeta! };
  });
}

describe("normalisation of rows", () => {
  it.each<Mode>([{}, { centred: false }, { centred: false, of: "sum" }])("is the reference's: %j", (mode) => {
    for (const n of [2, 3, 4, 5, 8, 13, 17, 1030]) {
      for (const [samples, rows] of [
        [2, 3],
        [1, 1],
      ] as const) {
        const inputs = inputsOf([samples, rows, n], n);
        const reference = {
          ...{ ...inputs, ...mode, groupOf: (i: number) => Math.floor(i / n) },
          ...{ parameterOf: (i: number) => i % n, epsilon: EPSILON },
        };
        const { dx, dgamma, dbeta } = normalizationBackward(reference, inputs.dy);
        const run = rowwise(inputs, mode);
        expectClose(run.y, normalizationForward(reference).data, tolerances.kernelSum, `y, rows of ${n}`);
        expectClose(run.dx, dx.data, tolerances.kernelSum, `dx, rows of ${n}`);
        expectClose(run.dgamma, plusOld(dgamma.data), tolerances.kernelSum, `dgamma, rows of ${n}`);
        expectClose(run.dbeta, plusOld(dbeta.data), tolerances.kernelSum, `dbeta, rows of ${n}`);
      }
    }
  });

  it("takes the least norm for shorter rows, which then does not change with x", () => {
    const [x, dy, ones] = [
      [1e-3, 2e-3, 0],
      [1, 2, 3],
      [1, 1, 1],
    ].map((row) => tensor([1, 1, 3], row)) as [Tensor, Tensor, Tensor];
    const inputs = { x, dy, gamma: ones, beta: tensor([3]) };
    const run = rowwise(inputs, { centred: false, of: "sum" }, 0.25);
    expectClose(run.y, [2e-3, 4e-3, 0], tolerances.kernel, "y");
    expectClose(run.dx, [2, 4, 6], tolerances.kernel, "dx");
  });

  it("gives a sample the same bits at any place", () => {
    const { x, dy, gamma, beta } = inputsOf([4, 2, 7], 14);
    expectSamplesApart(4, [x.data, dy.data], (samples, ...[x, dy]: Numbers[]) => {
      const shape = [samples, 2, 7];
      const { y, dx } = rowwise({ x: tensor(shape, x!), dy: tensor(shape, dy!), gamma, beta }, {});
      return { y, dx };
    });
  });

  it("fills weights that a layer does without", () => {
    for (const n of [1, 4, 7]) {
      const { values } = compute((arena) => {
        const values = arena.output(n);
        arena.call("rowNormalizationFill", values, n, 1.5);
        return { values };
      });
      expect([...values]).toEqual(Array(n).fill(1.5));
    }
  });
});

describe("given statistics", () => {
  it("come from numbers, eight at a time", () => {
    for (const n of [1, 5, 8, 11, 17]) {
      const { values } = compute((arena) => {
        let last: ReturnType<typeof arena.output> | 0 = 0;
        for (let begin = 0; begin < n; begin += 8) {
          const values = arena.output(n);
          const eight = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => begin + i + 0.5) as [
            number,
            number,
            number,
            number,
            number,
            number,
            number,
            number,
          ];
          arena.call("givenPut", values, last, n, begin, ...eight);
          last = values;
        }
        return { values: last as ReturnType<typeof arena.output> };
      });
      expect([...values]).toEqual(Array.from({ length: n }, (_, i) => i + 0.5));
    }
  });

  it("become a factor and an offset, or those of the inverse", () => {
    const fold = (invert: number, step: number) =>
      compute((arena) => {
        const coefficients = arena.output(6);
        const [mean, variance] = [arena.input([1, -2, 0]), arena.input([4, 0.25, 1e-20])];
        arena.call("givenFold", coefficients, mean, variance, 3, step, invert);
        return { coefficients };
      }).coefficients;
    expectClose(fold(0, 1), [0.5, 2, 1e7, -0.5, 4, 0], tolerances.kernel);
    expectClose(fold(1, 1), [2, 0.5, 1e-7, 1, -2, 0], tolerances.kernel);
    expectClose(fold(0, 0), [0.5, 0.5, 0.5, -0.5, -0.5, -0.5], tolerances.kernel);
  });
});

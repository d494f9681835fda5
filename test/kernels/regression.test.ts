import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { compute } from "./harness.js";

const SAMPLES = 3;
const WEIGHTS = [0.5, 2, 0];
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("regression", () => {
  it.each([1, 3, 4, 9])("sums %i numbers a sample and their moments", (n) => {
    const source = random(n);
    const [y, t] = [source.tensor([SAMPLES * n]).data, source.tensor([SAMPLES * n]).data];
    const { sums, moments } = compute((arena) => {
      const [sums, moments] = [arena.output(SAMPLES), arena.output(SAMPLES * (2 + 3 * n))];
      const [output, target, weights] = [arena.input(y), arena.input(t), arena.input(WEIGHTS)];
      arena.call("regressionSum", SAMPLES, sums, output, weights, 1, n, 0.25);
      arena.call("regressionMoments", SAMPLES, moments, output, target, weights, n);
      return { sums, moments };
    });
    const expected = WEIGHTS.map((weight, s) => {
      const [a, b] = [[...y.subarray(s * n, (s + 1) * n)], [...t.subarray(s * n, (s + 1) * n)]];
      const own = [b, b.map((x) => x * x), b.map((x, i) => (x - a[i]!) ** 2)].flat().map((x) => x * weight);
      return { sum: weight * 0.25 * n * mean(a), moments: [1, weight, ...own] };
    });
    expectClose(
      sums,
      expected.map(({ sum }) => sum),
      tolerances.activation,
      "sums",
    );
    expectClose(
      moments,
      expected.flatMap(({ moments }) => moments),
      tolerances.activation,
      "moments",
    );
  });

  it.each([2, 5, 8])("correlates %i outputs and targets of two positions", (n) => {
    const source = random(n);
    const [y, t] = [source.tensor([SAMPLES * 2 * n]).data, source.tensor([SAMPLES * 2 * n]).data];
    const run = (concordance: number) =>
      compute((arena) => {
        const values = arena.output(SAMPLES);
        const operands = [values, arena.input(y), arena.input(t), arena.input(WEIGHTS)] as const;
        arena.call("regressionCorrelation", SAMPLES, ...operands, 2, 2, n, concordance);
        return { values };
      }).values;
    const correlation = (r: number, concordance: boolean) => {
      const [a, b] = [[...y.subarray(r * n, (r + 1) * n)], [...t.subarray(r * n, (r + 1) * n)]];
      const variance = (x: readonly number[]) => mean(x.map((each) => (each - mean(x)) ** 2));
      const together = mean(b.map((each, i) => (each - mean(concordance ? a : b)) * (a[i]! - mean(a))));
      if (!concordance) return together / Math.sqrt(variance(a) * variance(b));
      return (2 * together) / (variance(a) + variance(b) + (mean(a) - mean(b)) ** 2 + 1e-7);
    };
    for (const concordance of [0, 1]) {
      const expected = WEIGHTS.map(
        (weight, s) => weight * mean([2 * s, 2 * s + 1].map((r) => correlation(r, concordance === 1))),
      );
      expectClose(run(concordance), expected, tolerances.activation, `concordance ${concordance}`);
    }
    expect(Math.abs(run(0)[2]!)).toBe(0);
  });
});

import { describe, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { compute } from "./harness.js";

describe("foldNormalization", () => {
  it.each([1, 3, 4, 9])("makes a kernel and a bias of %i outputs that include it", (n) => {
    const source = random(n);
    const rows = 5;
    const w = source.tensor([rows, n]).data;
    const [bias, gamma, beta, mean] = [0, 1, 2, 3].map(() => source.tensor([n]).data) as [
      ...[Float64Array, Float64Array, Float64Array, Float64Array],
    ];
    const variance = source.tensor([n]).data.map((x) => Math.fround(x * x + 0.1));
    const epsilon = 0.25;
    for (const given of [true, false]) {
      const actual = compute((arena) => {
        const blocks = { scale: arena.output(n), kernel: arena.output(rows * n), bias: arena.output(n) };
        const or0 = (values: Float64Array) => (given ? arena.input(values) : 0);
        arena.call("foldNormalizationScale", blocks.scale, or0(gamma), arena.input(variance), n, epsilon);
        arena.call("foldNormalizationKernel", blocks.kernel, arena.input(w), blocks.scale, rows, n);
        const sources = [or0(bias), or0(beta), arena.input(mean), blocks.scale] as const;
        arena.call("foldNormalizationBias", blocks.bias, ...sources, n);
        return blocks;
      });
      const scale = variance.map((v, i) => (given ? gamma[i]! : 1) / Math.sqrt(v + epsilon));
      expectClose(
        actual.kernel,
        w.map((x, i) => x * scale[i % n]!),
        tolerances.kernelGradient,
        "kernel",
      );
      const folded = mean.map((m, i) => ((given ? bias[i]! : 0) - m) * scale[i]! + (given ? beta[i]! : 0));
      expectClose(actual.bias, folded, tolerances.kernelGradient, "bias");
    }
  });
});

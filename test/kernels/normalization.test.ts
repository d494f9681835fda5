import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import {
  groupsOf,
  type NormalizationInputs,
  normalizationBackward,
  normalizationForward,
} from "../reference/normalization.js";
import { random } from "../reference/random.js";
import { sizeOf, type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { channelCounts } from "./data.js";
import { compute, expectSamplesApart, type Numbers } from "./harness.js";
import { stepBlock } from "./stepBlock.js";

const EPSILON = Math.fround(1e-3);

interface Inputs {
  readonly x: Tensor;
  readonly dy: Tensor;
  readonly gamma?: Tensor;
  readonly beta?: Tensor;
}

/** Old gradients, to which the kernels add. */
const OLD = 3;
const plusOld = (values: ArrayLike<number>) => Array.from(values, (value) => value + OLD);

/** Everything over the batch, in shards of these sizes. */
function batch({ x, dy, gamma, beta }: Inputs, shards: readonly number[], given?: { mean: Tensor; variance: Tensor }) {
  const [samples, ...rest] = x.shape as [number, ...number[]];
  const channels = rest.at(-1)!;
  const positions = sizeOf(rest) / channels;
  const firsts = shards.map((_, i) => shards.slice(0, i).reduce((sum, each) => sum + each, 0));
  return compute((arena) => {
    const [inX, inDy] = [arena.input(x.data), arena.input(dy.data)];
    const [inGamma, inBeta] = [gamma ? arena.input(gamma.data) : 0, beta ? arena.input(beta.data) : 0];
    const [moments, sums] = [arena.output(2 * samples * channels), arena.output(2 * samples * channels)];
    const [forward, backward] = [arena.output(2 * channels), arena.output(3 * channels)];
    const [y, dx] = [arena.output(x.data.length), arena.output(x.data.length)];
    const [dgamma, dbeta] = [0, 1].map(() => arena.inout(new Float32Array(channels).fill(OLD)));
    const movingMean = arena.inout((given?.mean ?? tensor([channels])).data);
    const movingVariance = arena.inout((given?.variance ?? tensor([channels])).data);
    const steps = firsts.map((firstSample) => stepBlock(arena, { batchSamples: samples, firstSample }));
    const each = (
      call: (count: number, at: (block: typeof y | typeof inX, size: number) => number, s: number) => void,
    ) => {
      for (const [s, count] of shards.entries()) call(count, (block, size) => block.address + 4 * firsts[s]! * size, s);
    };
    const size = positions * channels;
    each((n, at) => arena.call("channelMoments", n, at(moments, 2 * channels), at(inX, size), positions, channels));
    each((n, _, s) => arena.call("batchNormalizationStatistics", n, moments, steps[s]!, positions, channels));
    each((n, at) => {
      arena.call("batchNormalizationForward", n, forward, inGamma, inBeta, moments, channels, EPSILON);
      arena.call("channelForward", n, at(y, size), at(inX, size), forward, 0, positions, channels);
    });
    each((n, at) => {
      const places = [at(sums, 2 * channels), at(inDy, size), at(inX, size)] as const;
      arena.call("channelSums", n, ...places, moments, 0, positions, channels);
    });
    each((n, _, s) => {
      const gradients = [dgamma!, dbeta!, moments, steps[s]!] as const;
      arena.call("batchNormalizationTotals", n, sums, ...gradients, channels, EPSILON);
    });
    each((n, at, s) => {
      const from = [sums, moments, inGamma, steps[s]!] as const;
      arena.call("batchNormalizationBackward", n, backward, ...from, positions, channels, EPSILON);
      arena.call("channelBackward", n, at(dx, size), at(inDy, size), at(inX, size), backward, 0, positions, channels);
    });
    arena.call("batchNormalizationMoving", movingMean, movingVariance, moments, channels, 0.9);
    return { y, dx, dgamma: dgamma!, dbeta: dbeta!, movingMean, movingVariance };
  });
}

function inputsOf(shape: readonly number[], seed: number): Inputs & { gamma: Tensor; beta: Tensor } {
  const source = random(seed);
  const channels = [shape.at(-1)!];
  return {
    ...{ x: source.tensor(shape), dy: source.tensor(shape) },
    ...{ gamma: source.tensor(channels), beta: source.tensor(channels) },
  };
}

const byChannel = (channels: number) => (i: number) => i % channels;

describe("normalisation over the batch", () => {
  it.each(channelCounts)("is the reference's, %i channels", (channels) => {
    for (const [shape, shards] of [
      [
        [5, 1, channels],
        [2, 2, 1],
      ],
      [
        [3, 35, channels],
        [2, 1],
      ],
    ] as const) {
      const inputs = inputsOf(shape, channels);
      const reference = { ...inputs, groupOf: byChannel(channels), parameterOf: byChannel(channels), epsilon: EPSILON };
      const { dy } = inputs;
      const what = `${shape}`;
      const run = batch(inputs, shards);
      const { dx, dgamma, dbeta } = normalizationBackward(reference, dy);
      expectClose(run.y, normalizationForward(reference).data, tolerances.kernelSum, `y ${what}`);
      expectClose(run.dx, dx.data, tolerances.kernelSum, `dx ${what}`);
      expectClose(run.dgamma, plusOld(dgamma.data), tolerances.kernelSum, `dgamma ${what}`);
      expectClose(run.dbeta, plusOld(dbeta.data), tolerances.kernelSum, `dbeta ${what}`);
      expect(batch(inputs, [shape[0]]), `in one shard, ${what}`).toEqual(run);
    }
  });

  it("does without gamma and beta", () => {
    const { x, dy } = inputsOf([3, 4, 5], 3);
    const reference = { x, groupOf: byChannel(5), parameterOf: byChannel(5), epsilon: EPSILON };
    const run = batch({ x, dy }, [2, 1]);
    expectClose(run.y, normalizationForward(reference).data, tolerances.kernelSum, "y");
    expectClose(run.dx, normalizationBackward(reference, dy).dx.data, tolerances.kernelSum, "dx");
  });

  it("keeps variances of numbers far from 0, where sums of squares lose them", () => {
    const source = random(8);
    const x = tensor(
      [4, 30, 3],
      source.tensor([360]).data.map((value) => Math.fround(1000 + value)),
    );
    const moving = { mean: tensor([3]), variance: tensor([3]) };
    const run = batch({ x, dy: x }, [1, 3], moving);
    const groups = groupsOf({ x, groupOf: byChannel(3), parameterOf: byChannel(3), epsilon: 0 });
    expectClose(
      run.movingMean,
      groups.map(({ mean }) => 0.1 * mean),
      tolerances.kernelSum,
      "mean",
    );
    expectClose(
      run.movingVariance,
      groups.map(({ squares }) => 0.1 * squares),
      tolerances.kernelSum,
      "variance",
    );
  });

  it("moves given statistics towards those of the batch", () => {
    const { x, dy } = inputsOf([3, 4, 5], 4);
    const source = random(9);
    const moving = { mean: source.tensor([5]), variance: source.tensor([5]) };
    const groups = groupsOf({ x, groupOf: byChannel(5), parameterOf: byChannel(5), epsilon: 0 });
    const run = batch({ x, dy }, [3], moving);
    const expected = (old: Tensor, now: number[]) => now.map((value, c) => 0.9 * old.data[c]! + 0.1 * value);
    expectClose(
      run.movingMean,
      expected(
        moving.mean,
        groups.map(({ mean }) => mean),
      ),
      tolerances.kernel,
    );
    expectClose(
      run.movingVariance,
      expected(
        moving.variance,
        groups.map(({ squares }) => squares),
      ),
      tolerances.kernel,
    );
  });

  it("takes given statistics, both passes", () => {
    const { x, dy, gamma, beta } = inputsOf([3, 4, 5], 5);
    const source = random(10);
    const mean = source.tensor([5]);
    const variance = tensor([5], [0.5, 1, 2, 0.1, 3]);
    const run = compute((arena) => {
      const [inX, inDy, inMean] = [x, dy, mean].map(({ data }) => arena.input(data));
      const inVariance = arena.input(variance.data);
      const [coefficients, y, sums] = [arena.output(10), arena.output(60), arena.output(30)];
      const [dgamma, dbeta] = [0, 1].map(() => arena.inout(new Float32Array(5).fill(OLD)));
      const parameters = [arena.input(gamma.data), arena.input(beta.data), inMean!, inVariance] as const;
      arena.call("batchNormalizationFold", coefficients, ...parameters, 5, EPSILON);
      arena.call("channelForward", 3, y, inX!, coefficients, 0, 4, 5);
      arena.call("channelSums", 3, sums, inDy!, inX!, inMean!, 0, 4, 5);
      arena.call("batchNormalizationBackwardAffineAdd", 3, dgamma!, dbeta!, sums, inVariance, 5, EPSILON);
      return { y, dgamma: dgamma!, dbeta: dbeta! };
    });
    const xhat = (i: number) => (x.data[i]! - mean.data[i % 5]!) / Math.sqrt(variance.data[i % 5]! + EPSILON);
    const total = (value: (i: number) => number) =>
      plusOld(
        Array.from({ length: 5 }, (_, c) => dy.data.reduce((sum, _dy, i) => sum + (i % 5 === c ? value(i) : 0), 0)),
      );
    expectClose(
      run.y,
      x.data.map((_, i) => gamma.data[i % 5]! * xhat(i) + beta.data[i % 5]!),
      tolerances.kernelSum,
      "y",
    );
    expectClose(
      run.dgamma,
      total((i) => dy.data[i]! * xhat(i)),
      tolerances.kernelSum,
      "dgamma",
    );
    expectClose(
      run.dbeta,
      total((i) => dy.data[i]!),
      tolerances.kernelSum,
      "dbeta",
    );
  });
});

function groupwise({ x, dy, gamma, beta }: Inputs, groups: number, samples = x.shape[0]!) {
  const channels = x.shape.at(-1)!;
  const positions = samples === 0 ? 4 : x.data.length / samples / channels;
  return compute((arena) => {
    const [inX, inDy] = [arena.input(x.data), arena.input(dy.data)];
    const [inGamma, inBeta] = [gamma ? arena.input(gamma.data) : 0, beta ? arena.input(beta.data) : 0];
    const row = () => arena.output(2 * samples * channels);
    const [moments, statistics, forward, sums] = [row(), row(), row(), row()];
    const backward = arena.output(3 * samples * channels);
    const [y, dx] = [arena.output(x.data.length), arena.output(x.data.length)];
    const [dgamma, dbeta] = [0, 1].map(() => arena.inout(new Float32Array(channels).fill(OLD)));
    const sizes = [positions, channels] as const;
    arena.call("channelMoments", samples, moments, inX, ...sizes);
    arena.call(
      "groupNormalizationForward",
      samples,
      forward,
      statistics,
      moments,
      inGamma,
      inBeta,
      ...sizes,
      groups,
      EPSILON,
    );
    arena.call("channelForward", samples, y, inX, forward, 2 * channels, ...sizes);
    arena.call("channelSums", samples, sums, inDy, inX, statistics, 2 * channels, ...sizes);
    arena.call("groupNormalizationBackwardAffineAdd", samples, dgamma!, dbeta!, sums, statistics, channels);
    arena.call("groupNormalizationBackward", samples, backward, sums, statistics, inGamma, ...sizes, groups);
    arena.call("channelBackward", samples, dx, inDy, inX, backward, 3 * channels, ...sizes);
    return { y, dx, dgamma: dgamma!, dbeta: dbeta! };
  });
}

/** A sample's group of channels. */
const byGroup = (size: number, channels: number, groups: number) => (i: number) =>
  Math.floor(i / size) * groups + Math.floor(((i % channels) * groups) / channels);

describe("normalisation over groups", () => {
  it.each([
    [1, 1],
    [6, 2],
    [6, 6],
    [13, 1],
    [32, 8],
    [33, 3],
  ])("is the reference's, %i channels in %i groups", (channels, groups) => {
    for (const positions of [2, 35]) {
      const inputs = inputsOf([3, positions, channels], channels + positions);
      const groupOf = byGroup(positions * channels, channels, groups);
      const reference = { ...inputs, groupOf, parameterOf: byChannel(channels), epsilon: EPSILON };
      const { dx, dgamma, dbeta } = normalizationBackward(reference, inputs.dy);
      const run = groupwise(inputs, groups);
      const what = `${positions} positions`;
      expectClose(run.y, normalizationForward(reference).data, tolerances.kernelSum, `y ${what}`);
      expectClose(run.dx, dx.data, tolerances.kernelSum, `dx ${what}`);
      expectClose(run.dgamma, plusOld(dgamma.data), tolerances.kernelSum, `dgamma ${what}`);
      expectClose(run.dbeta, plusOld(dbeta.data), tolerances.kernelSum, `dbeta ${what}`);
    }
  });

  it("gives a sample the same bits at any place", () => {
    const { x, dy, gamma, beta } = inputsOf([4, 9, 6], 12);
    expectSamplesApart(4, [x.data, dy.data], (samples, ...[x, dy]: Numbers[]) => {
      const shape = [samples, 9, 6];
      const { y, dx } = groupwise({ x: tensor(shape, x!), dy: tensor(shape, dy!), gamma, beta }, 2);
      return { y, dx };
    });
  });
});

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

import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { groupsOf, normalizationBackward, normalizationForward } from "../reference/normalization.js";
import { random } from "../reference/random.js";
import { sizeOf, type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { channelCounts } from "./data.js";
import { compute } from "./harness.js";
import { byChannel, EPSILON, type Inputs, inputsOf, OLD, plusOld } from "./normalizationInputs.js";
import { stepBlock } from "./stepBlock.js";

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

import { describe, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { normalizationBackward, normalizationForward } from "../reference/normalization.js";
import { tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { compute, expectSamplesApart, type Numbers } from "./harness.js";
import { byChannel, EPSILON, type Inputs, inputsOf, OLD, plusOld } from "./normalizationInputs.js";

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

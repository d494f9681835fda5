import type { Activation } from "../../dist/activations/activation.js";
import { resolveActivation } from "../../dist/activations/option.js";
import { Engine } from "../../dist/engine/engine.js";
import { loadPacks } from "../../dist/engine/kernels/kernels.js";
import { ModelState } from "../../dist/engine/memory/state.js";
import { ProgramBuilder } from "../../dist/engine/program/program.js";
import type { Region } from "../../dist/engine/program/region.js";
import { Weight } from "../../dist/engine/program/weight.js";
import type { Loss } from "../../dist/losses/loss.js";
import type { Metric } from "../../dist/metrics/metric.js";

interface Tensor {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

export interface Batch {
  readonly x: Tensor;
  readonly t: Tensor;
  readonly weights?: Tensor;
  readonly activation?: string | null;
  /** Samples of a shard. Default 2. */
  readonly shardSamples?: number;
}

/** Runs what `record` records for the output of a batch; gives copies of the rows of the regions that it returns. */
async function run(
  { x, t, weights, activation, shardSamples = 2 }: Batch,
  targetShape: (output: readonly number[]) => readonly number[],
  record: (
    builder: ProgramBuilder,
    output: Region,
    target: Region,
    weights: Region | 0,
    activate: Activation | undefined,
  ) => Record<string, Region>,
): Promise<Record<string, number[]>> {
  const [samples] = x.shape as [number];
  const engine = new Engine(new ModelState([new Weight("none", [1], true)], 0), { threads: 0 });
  const builder = new ProgramBuilder(true, shardSamples);
  const input = builder.batchRegion(x.shape.slice(1));
  const activate = activation ? resolveActivation("test", activation) : undefined;
  await activate?.load?.();
  const [output] = activate
    ? builder.apply({ name: "activation", record: () => activate.record(builder, input) }, [input], [])
    : [input];
  const target = builder.batchRegion(targetShape(output!.shape));
  const given = weights ? builder.batchRegion(shapeOfWeights(weights)) : 0;
  const wanted = record(builder, output!, target, given, activate);
  const program = builder.finish();
  await loadPacks(program.packs);
  try {
    return await engine.exclusive(async () => {
      const bound = engine.bind(program, samples);
      engine.rows(bound, input, samples).set(x.data);
      engine.rows(bound, target, samples).set(t.data);
      if (given !== 0) engine.rows(bound, given, samples).set(weights!.data);
      const step = { iterations: 0, learningRate: 0, batchSamples: samples, seed: 1 };
      const outcome = await engine.run(bound, step);
      if (outcome !== 1) throw new Error(`expected the step to be completed, got outcome ${outcome}`);
      const rows = Object.entries(wanted).map(([name, region]) => [name, [...engine.rows(bound, region, samples)]]);
      return Object.fromEntries(rows);
    });
  } finally {
    await engine.dispose();
  }
}

/** Of one sample: the first axes. */
function shapeOfWeights({ shape }: Tensor): readonly number[] {
  const axes = shape.slice(1, shape.findLastIndex((size) => size !== 1) + 1);
  return axes.length > 0 ? axes : [1];
}

/** The loss of a batch, and its gradient with respect to x. */
export async function runLoss(loss: Loss, batch: Batch): Promise<{ loss: number; gradient: number[] }> {
  await loss.load?.();
  const [samples] = batch.x.shape as [number];
  const { values, gradient } = await run(
    batch,
    (output) => loss.targetShape(output),
    (builder, output, target, weights, activate) => {
      const recorded = loss.record(builder, output, target, weights);
      const start = recorded.backward();
      // Where the loss does not start from before the activation, its backward pass follows.
      const atInput = start.region === output ? backwardOf(builder, activate, output, start.gradient) : start.gradient;
      builder.keep(atInput);
      return { values: recorded.values, gradient: atInput };
    },
  );
  return { loss: values!.reduce((sum, value) => sum + value, 0) / samples, gradient: gradient! };
}

function backwardOf(builder: ProgramBuilder, activate: Activation | undefined, output: Region, dy: Region): Region {
  if (!activate) return dy;
  const [dx] = activate.record(builder, output.logits!).backward!([dy]);
  return dx!;
}

/** The k sums of a metric over a batch. */
export async function runMetric(metric: Metric, batch: Batch): Promise<number[]> {
  await metric.load?.();
  const { sums } = await run(
    batch,
    (output) => metric.targetShape(output),
    (builder, output, target, weights) => ({ sums: metric.record(builder, output, target, weights) }),
  );
  const [samples] = batch.x.shape as [number];
  const k = sums!.length / samples;
  return Array.from({ length: k }, (_, j) => sums!.reduce((sum, value, i) => (i % k === j ? sum + value : sum), 0));
}

import { show } from "../base/check.js";
import type { Callback } from "../callbacks/callback.js";
import type { Logs } from "../callbacks/logs.js";
import { sizeOf } from "../engine/program/shape.js";
import type { Network } from "../graph/network.js";
import type { Batch } from "./batch.js";
import type { BatchSource } from "./batchSource.js";
import { logsOf, type Sums } from "./measures.js";
import type { Runtime } from "./runtime.js";

/** Numbers and their shape, row-major. */
export interface NumberTensor {
  readonly data: Float32Array;
  readonly shape: number[];
}

/** Calls each callback in turn. */
export type Tell = (call: (callback: Callback) => unknown) => Promise<void>;

/** So few samples, with so few numbers on their way through the network, are computed on the calling thread at once: ... */
const FEW = 16;
/** ... waking others would take about as long. */
const LITTLE = 2 ** 18;
const isLittle = (network: Network, samples: number) => samples <= FEW && samples * network.sampleNumbers <= LITTLE;

export interface EvaluationOptions {
  /** Of the names in the logs. */
  readonly prefix?: string;
  /** Batches at most. */
  readonly steps?: number | undefined;
  readonly tell?: Tell | undefined;
}

/** The means of the loss and the metrics over all batches. */
export async function evaluateBatches(
  where: string,
  runtime: Runtime,
  data: BatchSource,
  { prefix = "", steps, tell }: EvaluationOptions = {},
): Promise<Logs> {
  const { samples = Infinity } = data;
  let sums: Sums = [];
  const logs = (prefix = "") => logsOf(runtime.compiled!, sums, prefix);
  // Without callbacks no turn of the loop is lost: the weights are those of the moment of the call.
  if (tell) await tell((c) => c.onTestBegin?.());
  await eachBatch(where, runtime, data, steps, tell, async (batch, step) => {
    await tell?.((c) => c.onTestBatchBegin?.(step));
    const run = async () => {
      const alone = isLittle(runtime.networkFor(batch.kind.inputShapes), samples);
      sums = await runtime.evaluate(batch, sums, alone);
    };
    await (tell || samples === Infinity ? runtime.betweenSteps(where, run) : run());
    await tell?.((c) => c.onTestBatchEnd?.(step, logs()));
  });
  await tell?.((c) => c.onTestEnd?.(logs()));
  return logs(prefix);
}

/**
 * Batch after batch. Data that is there at once meets the same weights from the first to the last: those of the moment of the call.
 * In between callbacks and user's readers, which may take long and call the model, training may go on.
 */
async function eachBatch(
  where: string,
  runtime: Runtime,
  data: BatchSource,
  steps: number | undefined,
  tell: Tell | undefined,
  run: (batch: Batch, step: number) => Promise<void>,
): Promise<void> {
  const reader = data.begin({ pass: 0, seed: runtime.seed, skip: 0 });
  const all = async () => {
    let batch: Batch | undefined;
    let step = 0;
    for (; step !== steps; step++) {
      batch = await reader.next(batch);
      if (!batch) break;
      await run(batch, step);
    }
    if (step === 0) throw new Error(`${where}: expected at least one batch, got none`);
  };
  try {
    await (tell || data.samples === undefined ? all() : runtime.betweenSteps(where, all));
  } finally {
    await reader.close?.();
  }
}

export interface PredictionOptions {
  /** Those that are wanted in place of the network's outputs. */
  readonly values?: readonly number[] | undefined;
  readonly steps?: number | undefined;
  readonly tell?: Tell | undefined;
}

/** The outputs for all batches, one after the other. @throws RangeError if they are not all of one shape */
export async function predictBatches(
  where: string,
  runtime: Runtime,
  data: BatchSource,
  { values, steps = Infinity, tell }: PredictionOptions = {},
): Promise<NumberTensor[]> {
  const { samples = Infinity, batchSize = Infinity } = data;
  /** How many samples there will be; infinite: each batch is kept by itself. */
  const total = Math.min(samples, steps * batchSize);
  const parts: Float32Array[][] = [];
  let count = 0;
  let shapes: readonly (readonly number[])[] = [];
  if (tell) await tell((c) => c.onPredictBegin?.());
  await eachBatch(where, runtime, data, steps, tell, async (batch, step) => {
    await tell?.((c) => c.onPredictBatchBegin?.(step));
    const network = runtime.networkFor(batch.kind.inputShapes);
    const own = (values ?? network.outputs).map((value) => network.inferenceShapes[value]!);
    if (step === 0) shapes = own;
    else if (String(own) !== String(shapes)) {
      throw new RangeError(`${where}: expected outputs of one shape, got ${show(shapes)} and then ${show(own)}`);
    }
    const isPart = total === Infinity;
    if (isPart || step === 0) {
      parts.push(own.map((shape) => new Float32Array((isPart ? batch.samples : total) * sizeOf(shape))));
    }
    const options = { values, alone: isLittle(network, samples) };
    const run = () => runtime.predict(batch, parts.at(-1)!, isPart ? 0 : count, options);
    await (tell || samples === Infinity ? runtime.betweenSteps(where, run) : run());
    count += batch.samples;
    await tell?.((c) => c.onPredictBatchEnd?.(step));
  });
  await tell?.((c) => c.onPredictEnd?.());
  return shapes.map((shape, i) => ({ data: joined(parts.map((outs) => outs[i]!)), shape: [count, ...shape] }));
}

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

import { core } from "../engine/kernels/packs/core.generated.js";
import type { ModelState } from "../engine/memory/state.js";
import { ProgramBuilder } from "../engine/program/program.js";
import type { Program } from "../engine/program/programData.js";
import type { DType, Region } from "../engine/program/region.js";
import { type Shape, sameShape } from "../engine/program/shape.js";
import type { ThreadCount } from "../engine/threads/threads.js";
import type { Loss } from "../losses/loss.js";
import type { Metric } from "../metrics/metric.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { type Network, UNCROPPED } from "./network.js";

/** What `compile` has set for one output. */
export interface OutputSettings {
  /** In logs and records. */
  readonly name: string;
  readonly loss: Loss | undefined;
  readonly lossWeight: number;
  /** By the name under which they are logged. */
  readonly metrics: readonly NamedMetric[];
  /** Likewise: those that sample weights count for. */
  readonly weightedMetrics: readonly NamedMetric[];
}

export interface NamedMetric {
  readonly name: string;
  readonly metric: Metric;
  /** Under which it is logged, apart from the others of its output. */
  readonly logName: string;
}

/** What `compile` has set. */
export interface Compiled {
  readonly optimizer: Optimizer;
  readonly outputs: readonly OutputSettings[];
  readonly winograd: boolean;
  readonly threads: ThreadCount;
  /** Whether training, evaluation and prediction take the relaxed kernels. */
  readonly relaxed: boolean;
}

export type Mode = "training" | "evaluation" | "prediction";

/** What is reported of one output: sums over the samples. */
export interface Measure {
  readonly kind: "loss" | "metric" | "weightedMetric";
  /** Which output it is of. */
  readonly output: number;
  /** k numbers a sample. */
  readonly values: Region;
  readonly metric?: NamedMetric;
}

/** A recorded program and the regions through which data goes in and out. */
export interface ModelProgram {
  readonly program: Program;
  readonly inputs: readonly Region[];
  /** One for each output with a loss or metrics; none in `prediction`. */
  readonly targets: readonly (Region | undefined)[];
  /** Likewise: what samples, or places in them, count; none where all count 1. */
  readonly sampleWeights: readonly (Region | undefined)[];
  readonly measures: readonly Measure[];
  /** One number each for the whole step, of regularized weights: to be added to the loss. */
  readonly penalties: readonly Region[];
  /** One number a sample each, of regularized activations: their mean is to be added to the loss. */
  readonly activityPenalties: readonly Region[];
  /** The network's outputs, or the values asked for. */
  readonly outputs: readonly Region[];
}

export interface ProgramOptions {
  readonly mode: Mode;
  readonly shardSamples: number;
  /** Of each input. */
  readonly dtypes: readonly DType[];
  /** Of each output the shape of the weights of one sample; undefined where all count 1. */
  readonly weightShapes: readonly (Shape | undefined)[];
  /** In `prediction`: the values that are wanted, in place of the outputs. */
  readonly values?: readonly number[] | undefined;
}

export function recordModel(
  network: Network,
  state: ModelState,
  compiled: Compiled | undefined,
  { mode, shardSamples, dtypes, weightShapes, values }: ProgramOptions,
): ModelProgram {
  const shapes = mode === "training" ? network.shapes : network.inferenceShapes;
  const builder = new ProgramBuilder(mode === "training", shardSamples, compiled?.winograd);
  const inputs = network.inputShapes.map((shape, i) => {
    const input = builder.batchRegion(shape, dtypes[i]!);
    input.wantsGradient = false;
    return input;
  });
  const xs = inputs.map((input) => (input.dtype === "u8" ? convert(builder, input) : input));
  const outputs = values ? network.recordValues(builder, xs, values) : network.record(builder, xs);
  const none = { inputs, outputs, sampleWeights: [], penalties: [], activityPenalties: [] };
  if (mode === "prediction" || !compiled) {
    for (const output of outputs) builder.keep(output);
    return { ...none, program: builder.finish(), targets: [], measures: [] };
  }
  const sampleWeights = compiled.outputs.map((_, o) => {
    const shape = weightShapes[o];
    return shape && builder.batchRegion(shape.length > 0 ? shape : [1]);
  });
  const measures: Measure[] = [];
  const starts: (() => readonly [Region, Region])[] = [];
  const targets = compiled.outputs.map((settings, o) => {
    const output = outputs[o]!;
    const { loss, lossWeight, metrics, weightedMetrics } = settings;
    if (!sameShape(shapes[network.outputs[o]!]!, network.outputShapes[o]!)) {
      throw new RangeError(`expected outputs of the shape that they have in training; ${UNCROPPED}`);
    }
    const shape = (loss ?? metrics[0]?.metric ?? weightedMetrics[0]?.metric)?.targetShape(output.shape);
    if (!shape) return undefined;
    const target = builder.batchRegion(shape);
    target.wantsGradient = false;
    const weights = sampleWeights[o] ?? 0;
    if (loss) {
      const recorded = loss.record(builder, output, target, weights);
      measures.push({ kind: "loss", output: o, values: recorded.values });
      starts.push(() => {
        const { region, gradient } = recorded.backward();
        return [region, lossWeight === 1 ? gradient : scaled(builder, gradient, lossWeight)];
      });
    }
    for (const metric of metrics) {
      const sums = metric.metric.record(builder, output, target, 0);
      measures.push({ kind: "metric", output: o, values: sums, metric });
    }
    for (const metric of weightedMetrics) {
      const sums = metric.metric.record(builder, output, target, weights);
      measures.push({ kind: "weightedMetric", output: o, values: sums, metric });
    }
    return target;
  });
  const regularized = network.weights.held.filter(({ variable }) => variable.regularizer);
  const penalties = regularized.map(({ weight, variable }) => variable.regularizer!.record(builder, weight));
  if (mode === "training") {
    for (const { kind, values } of measures) if (kind === "loss") builder.guard(values);
    builder.backward(...starts.map((start) => start()));
    const { parameters, gradients, optimizerSlots, trainable } = state;
    for (const { weight, variable } of regularized) {
      if (weight.trainable) variable.regularizer!.recordGradient(builder, weight);
    }
    // Limits of gradients look at all that was added to them.
    builder.updateBarrier();
    compiled.optimizer.record(builder, { parameters, gradients, slots: optimizerSlots, weights: trainable });
    // Some optimizers change weights by calls of their own.
    builder.updateBarrier();
    for (const { weight, variable } of network.weights.held) {
      if (weight.trainable) variable.constraint?.record(builder, weight);
    }
  }
  const activityPenalties = builder.penalties;
  return { inputs, outputs, penalties, activityPenalties, program: builder.finish(), targets, sampleWeights, measures };
}

function convert(builder: ProgramBuilder, bytes: Region): Region {
  const x = builder.region(bytes.shape);
  x.wantsGradient = false;
  builder.call(core, "convertU8", x, bytes, x.size);
  return x;
}

function scaled(builder: ProgramBuilder, gradient: Region, factor: number): Region {
  const result = builder.region(gradient.shape);
  builder.call(core, "scaleForward", result, gradient, factor, gradient.size);
  return result;
}

import { core } from "../engine/packs/core.generated.js";
import { type Program, ProgramBuilder } from "../engine/program.js";
import type { DType, Region } from "../engine/region.js";
import type { ModelState } from "../engine/state.js";
import type { ThreadCount } from "../engine/threads.js";
import type { Loss } from "../losses/loss.js";
import type { Metric } from "../metrics/metric.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { Network } from "./network.js";

/** What `compile` has set. */
export interface Compiled {
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  /** By the name under which they are logged. */
  readonly metrics: ReadonlyMap<string, Metric>;
  readonly winograd: boolean;
  readonly threads: ThreadCount;
  /** Whether training, evaluation and prediction take the relaxed kernels. */
  readonly relaxed: boolean;
}

export type Mode = "training" | "evaluation" | "prediction";

/** A recorded program and the regions through which data goes in and out. */
export interface ModelProgram {
  readonly program: Program;
  readonly input: Region;
  /** All but `prediction`. */
  readonly target: Region | undefined;
  /** One number a sample each: the loss first, then the metrics. */
  readonly measures: readonly Region[];
  /** The network's output, or those of the layers asked for. */
  readonly outputs: readonly Region[];
}

/** @param positions for `prediction`: the layers whose outputs are wanted, in place of the network's */
export function recordModel(
  network: Network,
  state: ModelState,
  mode: Mode,
  shardSamples: number,
  dtype: DType,
  compiled: Compiled | undefined,
  positions?: readonly number[],
): ModelProgram {
  const builder = new ProgramBuilder(mode === "training", shardSamples, compiled?.winograd);
  const input = builder.batchRegion(network.inputShape, dtype);
  input.wantsGradient = false;
  const x = dtype === "u8" ? convert(builder, input) : input;
  if (mode === "prediction" || !compiled) {
    const outputs = positions ? network.recordLayers(builder, x, positions) : [network.record(builder, x)];
    for (const output of outputs) builder.keep(output);
    return { program: builder.finish(), input, target: undefined, measures: [], outputs };
  }
  const output = network.record(builder, x);
  const target = builder.batchRegion(compiled.loss.targetShape(network.outputShape));
  target.wantsGradient = false;
  const loss = compiled.loss.record(builder, output, target, 0);
  const metrics = [...compiled.metrics.values()].map((metric) => metric.record(builder, output, target));
  if (mode === "training") {
    builder.guard(loss.values);
    const { region, gradient } = loss.backward();
    builder.backward(region, gradient);
    const { parameters, gradients, optimizerSlots } = state;
    compiled.optimizer.record(builder, { parameters, gradients, slots: optimizerSlots });
  }
  return { program: builder.finish(), input, target, measures: [loss.values, ...metrics], outputs: [output] };
}

function convert(builder: ProgramBuilder, bytes: Region): Region {
  const x = builder.region(bytes.shape);
  x.wantsGradient = false;
  builder.call(core, "convertU8", x, bytes, x.size);
  return x;
}

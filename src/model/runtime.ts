import type { BoundProgram } from "../engine/bind.js";
import { OUTCOME } from "../engine/control.js";
import { type BatchStep, Engine, type RunOptions } from "../engine/engine.js";
import { relaxedKernels } from "../engine/kernels.js";
import type { DType } from "../engine/region.js";
import { sameShape, sizeOf } from "../engine/shape.js";
import { ModelState } from "../engine/state.js";
import type { Weight } from "../engine/weight.js";
import { type Counters, copyCounters } from "./counters.js";
import { type Compiled, type Mode, type ModelProgram, recordModel } from "./modelProgram.js";
import type { Network } from "./network.js";
import { OptimizerSlots } from "./optimizerSlots.js";
import type { Rows } from "./rows.js";
import type { FitPosition, OptimizerState } from "./snapshot.js";
import { checkWeights, type GivenWeight, type NamedWeight } from "./weights.js";

/** Samples of a batch: the rows at these indices. */
export interface Batch {
  readonly x: Rows;
  readonly y?: Rows;
  /** Index of the batch's i-th sample in the rows. */
  readonly index: (i: number) => number;
  readonly samples: number;
  /** As configured: a last, short batch keeps it. It decides the size of the shards. */
  readonly batchSize: number;
}

/** Samples that have been gathered from the user's data, to be copied into the model's memory in one go. */
export interface Gathered {
  readonly samples: number;
  readonly batchSize: number;
  readonly x: Float32Array | Uint8Array;
  readonly y: Float32Array | Uint8Array;
}

/** What `takeState` copies. */
export interface RuntimeState {
  readonly weights: readonly NamedWeight[];
  readonly slots: OptimizerState["slots"];
  /** Training steps since the last `compile`. */
  readonly steps: number;
  readonly counters: Counters;
}

/** A model's engine and its recorded programs: batches in, sums out. */
export class Runtime {
  readonly engine: Engine;
  /** Training steps since it was made, that is since the last `compile`. */
  steps = 0;
  /** What the optimizer has gathered. */
  readonly slots: OptimizerSlots;
  readonly #state: ModelState;
  readonly #programs = new Map<string, ModelProgram>();
  /** Tasks under way or waiting. */
  #tasks = 0;
  /** Weights that have been set while there were tasks, and whose turn has not come yet. */
  readonly #waiting = new Map<Weight, Float32Array>();

  constructor(
    readonly network: Network,
    readonly compiled: Compiled | undefined,
    readonly counters: Counters,
  ) {
    const slotNames = compiled?.optimizer.slotNames ?? [];
    this.#state = new ModelState(network.weights, slotNames.length);
    this.engine = new Engine(this.#state, { modules: network.modules, threads: compiled?.threads ?? "auto" });
    this.slots = new OptimizerSlots(this.engine, this.#state, slotNames);
    for (const weight of network.weights) this.engine.initialize(weight, counters.seed);
  }

  /**
   * The runtime of another network or other settings, in place of this one. Weights in the same place and of the same shape
   * keep their numbers. May be refused for want of memory: then nothing has changed.
   */
  succeed(network: Network, compiled: Compiled | undefined): Runtime {
    const next = new Runtime(network, compiled, this.counters);
    for (const [i, weight] of this.network.weights.entries()) {
      const same = network.weights[i];
      if (same && sameShape(same.shape, weight.shape)) next.write(same, this.read(weight));
    }
    void this.engine.dispose();
    return next;
  }

  get seed(): number {
    return this.counters.seed;
  }

  /** Names of the sums of `train` and `evaluate`. */
  get measureNames(): readonly string[] {
    return ["loss", ...(this.compiled?.metrics.keys() ?? [])];
  }

  #program(mode: Mode, batchSize: number, dtype: DType, positions?: readonly number[]): ModelProgram {
    const samples = this.network.shardSamples(batchSize);
    const key = [mode, samples, dtype, ...(positions ?? [])].join(" ");
    let recorded = this.#programs.get(key);
    if (!recorded) {
      recorded = recordModel(this.network, this.#state, mode, samples, dtype, this.compiled, positions);
      this.#programs.set(key, recorded);
    }
    return recorded;
  }

  #bind(mode: Mode, batch: Pick<Batch, "samples" | "batchSize">, dtype: DType, positions?: readonly number[]) {
    const recorded = this.#program(mode, batch.batchSize, dtype, positions);
    return { recorded, bound: this.engine.bind(recorded.program, batch.samples) };
  }

  /** Binds the program and copies the batch into its rows. */
  #load(mode: Mode, batch: Batch, positions?: readonly number[]): { recorded: ModelProgram; bound: BoundProgram } {
    const { recorded, bound } = this.#bind(mode, batch, batch.x.dtype, positions);
    const { samples } = batch;
    copyRows(this.engine.rows(bound, recorded.input, samples), batch.x, batch);
    if (recorded.target && batch.y) copyRows(this.engine.rows(bound, recorded.target, samples), batch.y, batch);
    return { recorded, bound };
  }

  /** Gathers a batch outside the model's memory: the step under way is not disturbed. @param into reused if it fits */
  gather(batch: Required<Batch>, into?: Gathered): Gathered {
    const { samples, batchSize } = batch;
    const room = (rows: Rows, old: Gathered["x"] | undefined) => {
      const length = samples * sizeOf(rows.shape);
      if (old && old.length >= length) return old.subarray(0, length);
      return rows.dtype === "u8" ? new Uint8Array(length) : new Float32Array(length);
    };
    const [x, y] = [room(batch.x, into?.x), room(batch.y, into?.y)];
    copyRows(x, batch.x, batch);
    copyRows(y, batch.y, batch);
    return { samples, batchSize, x, y };
  }

  /** The sums with each measure of the batch added, in sample order. */
  #measure({ measures }: ModelProgram, bound: BoundProgram, samples: number, sums: readonly number[]): number[] {
    return measures.map((region, m) => {
      let sum = sums[m] ?? 0;
      for (const value of this.engine.rows(bound, region, samples)) sum += value;
      return sum;
    });
  }

  #step(samples: number): BatchStep {
    return {
      iterations: this.counters.iterations,
      learningRate: this.compiled?.optimizer.learningRate ?? 0,
      batchSamples: samples,
      seed: this.seed,
    };
  }

  /** Resolves when the kernels that `compile` asked for are in use. @throws what their import reports; nothing has changed */
  async ready(): Promise<void> {
    if (!this.compiled?.relaxed) return;
    const kernels = await relaxedKernels();
    if (this.engine.binary !== kernels) this.engine.use(kernels);
  }

  /** Runs a task while no training step is under way: all of it sees the same weights, those of the moment of the call. */
  betweenSteps<T>(task: () => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      await this.ready();
      return task();
    });
  }

  #inTurn<T>(task: () => Promise<T> | T): Promise<T> {
    this.#tasks++;
    return this.engine.exclusive(task).finally(() => {
      this.#tasks--;
    });
  }

  /**
   * One training step.
   * @param place where `fit` is: it moves on in the same moment as the weights and the counters, as nobody may see one without
   *   the others
   * @returns the sums of the loss and the metrics with those of each sample added; undefined if the signal has aborted the
   *   step, and the weights stay as they were
   * @throws Error if the loss or a gradient is not finite: the weights stay as they were
   */
  train(
    where: string,
    { samples, batchSize, x, y }: Gathered,
    place?: FitPosition,
    options: Pick<RunOptions, "signal" | "meanwhile"> = {},
  ): Promise<readonly number[] | undefined> {
    return this.#inTurn(async () => {
      await this.ready();
      const { recorded, bound } = this.#bind(
        "training",
        { samples, batchSize },
        x instanceof Uint8Array ? "u8" : "f32",
      );
      this.engine.rows(bound, recorded.input, samples).set(x);
      this.engine.rows(bound, recorded.target!, samples).set(y);
      const step = this.#step(samples);
      const outcome = await this.engine.run(bound, step, options);
      if (outcome === OUTCOME.interrupted) return undefined;
      if (outcome === OUTCOME.notFinite) {
        const what = this.engine.diagnose(bound, step) ?? "the loss";
        throw new Error(
          `${where}: expected finite numbers, got NaN or Infinity in step ${step.iterations + 1}, first in ${what}; ` +
            "the weights are those of the step before",
        );
      }
      const sums = this.#measure(recorded, bound, samples, place?.sums ?? []);
      this.counters.iterations++;
      this.steps++;
      if (place) this.counters.fit = { ...place, step: place.step + 1, sums };
      return sums;
    });
  }

  /** The forward pass with loss and metrics, between two steps. @returns the sums with those of each sample added */
  async evaluate(batch: Batch, sums: readonly number[], alone: boolean): Promise<readonly number[]> {
    const { recorded, bound } = this.#load("evaluation", batch);
    await this.engine.run(bound, this.#step(batch.samples), { alone });
    return this.#measure(recorded, bound, batch.samples, sums);
  }

  /**
   * The forward pass, between two steps; writes the outputs of the network, or of the layers at these positions, into `outs`
   * from sample `first` on.
   */
  async predict(
    batch: Batch,
    outs: readonly Float32Array[],
    first: number,
    { positions, alone }: { positions: readonly number[] | undefined; alone: boolean },
  ): Promise<void> {
    const { recorded, bound } = this.#load("prediction", batch, positions);
    await this.engine.run(bound, this.#step(batch.samples), { alone });
    for (const [i, output] of recorded.outputs.entries()) {
      outs[i]!.set(this.engine.rows(bound, output, batch.samples), first * output.size);
    }
  }

  getWeights(): NamedWeight[] {
    return this.network.weights.map((weight) => ({
      name: weight.name,
      shape: [...weight.shape],
      data: this.read(weight),
    }));
  }

  /** @throws TypeError, RangeError if one is missing or of another size or shape: then nothing has changed */
  setWeights(given: readonly GivenWeight[]): void {
    const own = this.network.weights;
    const data = checkWeights("setWeights", own, given);
    for (const [i, weight] of own.entries()) this.write(weight, data[i]!);
  }

  /** All that a training goes on from, copied at one moment: not in the middle of a step. */
  takeState(): Promise<RuntimeState> {
    return this.#inTurn(() => {
      return {
        weights: this.getWeights(),
        slots: this.slots.read(),
        steps: this.steps,
        counters: copyCounters(this.counters),
      };
    });
  }

  /** A copy of a weight. */
  read(weight: Weight): Float32Array {
    return this.#waiting.get(weight)?.slice() ?? this.engine.read(weight);
  }

  /** Sets a weight, behind the tasks under way: a prediction that has begun keeps what it began with. */
  write(weight: Weight, data: Float32Array): void {
    if (this.#tasks === 0) {
      this.engine.write(weight, data);
      return;
    }
    const copy = data.slice();
    this.#waiting.set(weight, copy);
    void this.#inTurn(() => {
      this.engine.write(weight, copy);
      if (this.#waiting.get(weight) === copy) this.#waiting.delete(weight);
    });
  }
}

function copyRows(target: Float32Array | Uint8Array, rows: Rows, { samples, index }: Batch): void {
  for (let i = 0; i < samples; i++) rows.copy(target, i, index(i));
}

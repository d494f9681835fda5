import type { BoundProgram } from "../engine/bind.js";
import { OUTCOME } from "../engine/control.js";
import { type BatchStep, Disposed, Engine, type RunOptions } from "../engine/engine.js";
import { relaxedKernels } from "../engine/kernels.js";
import type { DType } from "../engine/region.js";
import { sameShape } from "../engine/shape.js";
import { ModelState } from "../engine/state.js";
import type { Weight } from "../engine/weight.js";
import { type Batch, copyRows, type Gathered } from "./batch.js";
import { type Counters, copyCounters } from "./counters.js";
import { type Compiled, type Mode, type ModelProgram, recordModel } from "./modelProgram.js";
import type { Network } from "./network.js";
import { OptimizerSlots } from "./optimizerSlots.js";
import type { FitPosition, OptimizerState } from "./snapshot.js";
import { checkWeights, type GivenWeight, type NamedWeight } from "./weights.js";

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
    void this.engine.retire();
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

  /**
   * Runs a task while no training step is under way: all of it sees the same weights, those of the moment of the call.
   * @throws Error if the model is disposed of before its end
   */
  betweenSteps<T>(where: string, task: () => Promise<T>): Promise<T> {
    return this.#inTurn(where, async () => {
      await this.ready();
      return task();
    });
  }

  async #inTurn<T>(where: string, task: () => Promise<T> | T): Promise<T> {
    this.#tasks++;
    try {
      return await this.engine.exclusive(task);
    } catch (error) {
      throw error instanceof Disposed ? disposed(where) : error;
    } finally {
      this.#tasks--;
    }
  }

  /** @throws Error if the model has been disposed of since a task began */
  checkInUse(where: string): void {
    if (this.engine.disposed) throw disposed(where);
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
    return this.#inTurn(where, async () => {
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
        const what = (await this.engine.diagnose(bound, step)) ?? "the loss";
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
    return this.#inTurn("snapshot", () => {
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
    this.#inTurn("setWeights", () => {
      this.engine.write(weight, copy);
      if (this.#waiting.get(weight) === copy) this.#waiting.delete(weight);
      // It may have been disposed of by then.
    }).catch(() => undefined);
  }
}

function disposed(where: string): Error {
  return new Error(`${where}: expected a model in use to the end, got dispose() in the meantime`);
}

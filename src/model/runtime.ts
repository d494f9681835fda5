import { Engine } from "../engine/engine.js";
import { relaxedModule } from "../engine/kernels.js";
import type { DType, Region } from "../engine/region.js";
import type { BoundProgram } from "../engine/replay.js";
import { ModelState } from "../engine/state.js";
import type { StepValues } from "../engine/step.js";
import type { Weight } from "../engine/weight.js";
import { type Compiled, type Mode, type ModelProgram, recordModel } from "./modelProgram.js";
import type { Network } from "./network.js";
import type { Rows } from "./rows.js";

/** What counts on from one call to the next, so that two calls of `fit` equal one. Saved with the model, never reset. */
export interface Counters {
  /** Training steps done. */
  iterations: number;
  /** Epochs begun. */
  epochs: number;
}

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

/** A model's engine and its recorded programs: batches in, sums out. */
export class Runtime {
  readonly engine: Engine;
  /** Training steps since it was made, that is since the last `compile`. */
  steps = 0;
  readonly #state: ModelState;
  readonly #programs = new Map<string, ModelProgram>();
  /** Tasks under way or waiting. */
  #tasks = 0;
  /** Weights that have been set while there were tasks, and whose turn has not come yet. */
  readonly #waiting = new Map<Weight, Float32Array>();

  constructor(
    readonly network: Network,
    readonly compiled: Compiled | undefined,
    readonly seed: number,
    readonly counters: Counters,
  ) {
    this.#state = new ModelState(network.weights, compiled?.optimizer.slotNames.length ?? 0);
    this.engine = new Engine(this.#state, network.modules);
    for (const weight of network.weights) this.engine.initialize(weight, seed);
  }

  /** Names of the sums of `train` and `evaluate`. */
  get measureNames(): readonly string[] {
    return ["loss", ...(this.compiled?.metrics.keys() ?? [])];
  }

  #program(mode: Mode, batchSize: number, dtype: DType): ModelProgram {
    const samples = this.network.shardSamples(batchSize);
    const key = `${mode} ${samples} ${dtype}`;
    let recorded = this.#programs.get(key);
    if (!recorded) {
      recorded = recordModel(this.network, this.#state, mode, samples, dtype, this.compiled);
      this.#programs.set(key, recorded);
    }
    return recorded;
  }

  /** Binds the program and copies the batch into its rows. */
  #load(mode: Mode, batch: Batch): { recorded: ModelProgram; bound: BoundProgram } {
    const recorded = this.#program(mode, batch.batchSize, batch.x.dtype);
    const bound = this.engine.bind(recorded.program, batch.samples);
    this.#fill(bound, recorded.input, batch.x, batch);
    if (recorded.target && batch.y) this.#fill(bound, recorded.target, batch.y, batch);
    return { recorded, bound };
  }

  #fill(bound: BoundProgram, region: Region, rows: Rows, { samples, index }: Batch): void {
    const target = this.engine.rows(bound, region, samples);
    for (let i = 0; i < samples; i++) rows.copy(target, i, index(i));
  }

  /** Adds each measure of the batch to `sums`, in sample order. */
  #measure({ measures }: ModelProgram, bound: BoundProgram, samples: number, sums: number[]): void {
    for (const [m, region] of measures.entries()) {
      let sum = sums[m] ?? 0;
      for (const value of this.engine.rows(bound, region, samples)) sum += value;
      sums[m] = sum;
    }
  }

  #values(samples: number): Omit<StepValues, "firstSample"> {
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
    const module = await relaxedModule();
    if (this.engine.module !== module) this.engine.use(module);
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
   * One training step. Adds the loss and the metrics of each sample to `sums`.
   * @param interrupted asked after every shard; true gives the step up: the weights stay as they were
   * @returns whether the step was completed
   * @throws Error if the loss or a gradient is not finite: the weights stay as they were
   */
  train(where: string, batch: Batch, sums: number[], interrupted?: () => boolean): Promise<boolean> {
    return this.#inTurn(async () => {
      await this.ready();
      const { recorded, bound } = this.#load("training", batch);
      const values = this.#values(batch.samples);
      await this.engine.run(bound, values, interrupted);
      if (interrupted?.()) return false;
      const [loss] = recorded.measures;
      const finite = this.engine.rows(bound, loss!, batch.samples).every(Number.isFinite);
      if (!finite || !this.engine.reduce(bound, batch.samples)) {
        const what = this.engine.diagnose(bound, values) ?? "the loss";
        throw new Error(
          `${where}: expected finite numbers, got NaN or Infinity in step ${values.iterations + 1}, first in ${what}; ` +
            "the weights are those of the step before",
        );
      }
      this.#measure(recorded, bound, batch.samples, sums);
      this.engine.update(bound, values);
      this.counters.iterations++;
      this.steps++;
      return true;
    });
  }

  /** The forward pass with loss and metrics, between two steps. Adds those of each sample to `sums`. */
  async evaluate(batch: Batch, sums: number[]): Promise<void> {
    const { recorded, bound } = this.#load("evaluation", batch);
    await this.engine.run(bound, this.#values(batch.samples));
    this.#measure(recorded, bound, batch.samples, sums);
  }

  /** The forward pass, between two steps; writes the outputs into `out` from sample `first` on. */
  async predict(batch: Batch, out: Float32Array, first: number): Promise<void> {
    const { recorded, bound } = this.#load("prediction", batch);
    await this.engine.run(bound, this.#values(batch.samples));
    out.set(this.engine.rows(bound, recorded.output, batch.samples), first * recorded.output.size);
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

import { type BatchStep, Disposed, Engine, type RunOptions } from "../engine/engine.js";
import { loadPacks, loadRelaxedPacks } from "../engine/kernels/kernels.js";
import type { BoundProgram } from "../engine/memory/bind.js";
import { ModelState } from "../engine/memory/state.js";
import { OUTCOME } from "../engine/run/control.js";
import { type Compiled, type Mode, type ModelProgram, recordModel } from "../graph/modelProgram.js";
import type { HeldVariable, Network } from "../graph/network.js";
import type { FitPosition, OptimizerState } from "../graph/snapshot.js";
import type { Variable, VariableHolder } from "../layers/base/variable.js";
import { Averages } from "./averages.js";
import type { Batch, BatchKind } from "./batch.js";
import { loadCompiled } from "./compile.js";
import { type Counters, copyCounters } from "./counters.js";
import { addMeasures, type Sums } from "./measures.js";
import { Networks } from "./networks.js";
import { NotFinite } from "./notFinite.js";
import { OptimizerSlots } from "./optimizerSlots.js";

/** What `takeState` copies. */
export interface RuntimeState extends OptimizerState {
  readonly counters: Counters;
}

/** Numbers of a variable that are newer than the copy of them in the model's memory. */
interface Newer {
  readonly index: number;
  readonly version: number;
  readonly data: () => Float32Array;
}

/** A model's engine and its recorded programs: batches in, sums out. */
export class Runtime implements VariableHolder {
  readonly engine: Engine;
  /** Training steps since it was made, that is since the last `compile`. */
  steps = 0;
  /** What the optimizer has gathered. */
  readonly slots: OptimizerSlots;
  readonly #state: ModelState;
  readonly #held: readonly HeldVariable[];
  readonly #networks: Networks;
  readonly #averages: Averages;
  /** Versions of the variables that the memory has copies of. */
  readonly #versions: number[];
  readonly #indices: ReadonlyMap<Variable, number>;
  #isReady = false;
  /** Counts down: what draws random numbers without training draws others than any training step. */
  #inferences = 0;

  constructor(
    readonly network: Network,
    readonly compiled: Compiled | undefined,
    readonly counters: Counters,
  ) {
    const slotNames = compiled?.optimizer.slotNames ?? [];
    this.#held = network.weights.held;
    this.#state = new ModelState(network.weights.all, slotNames.length);
    this.engine = new Engine(this.#state, { threads: compiled?.threads ?? "auto" });
    this.slots = new OptimizerSlots(this.engine, this.#state, slotNames);
    for (const name of slotNames) this.slots.fill(name, compiled!.optimizer.slotInitial(name));
    this.#averages = new Averages(compiled?.optimizer, this.engine, this.slots, this.#held, counters);
    this.#networks = new Networks(network);
    this.#versions = this.#held.map(() => -1);
    this.#indices = new Map(this.#held.map(({ variable }, i) => [variable, i]));
  }

  get seed(): number {
    return this.counters.seed;
  }

  readVariable(variable: Variable): Float32Array {
    return this.engine.read(this.#held[this.#indices.get(variable)!]!.weight);
  }

  /** Gives the newest numbers back to the layers. */
  release(): void {
    for (const { variable } of this.#held) variable.release(this);
  }

  /** Gives back memory and threads after the tasks under way; the layers keep their weights. */
  retire(): void {
    this.release();
    void this.engine.retire();
  }

  #newer(): readonly Newer[] {
    const newer: Newer[] = [];
    for (const [index, { variable }] of this.#held.entries()) {
      const { version } = variable;
      if (version !== this.#versions[index]) newer.push({ index, version, data: variable.now() });
    }
    return newer;
  }

  #take(newer: readonly Newer[]): void {
    for (const { index, version, data } of newer) {
      if (this.#versions[index]! >= version) continue;
      this.engine.write(this.#held[index]!.weight, data());
      this.#versions[index] = version;
    }
  }

  /** The layers' weights have their newest numbers in this memory now. */
  #hold(): void {
    for (const [i, { variable, weight }] of this.#held.entries()) {
      if (!weight.trainable && variable.trainable) continue;
      variable.hold(this);
      this.#versions[i] = variable.version;
    }
  }

  async #bind(mode: Mode, kind: BatchKind, samples: number, values?: readonly number[]) {
    const { network, programs } = this.#networks.at(kind.inputShapes);
    const shardSamples = network.shardSamples(kind.batchSize);
    const { dtypes, weightShapes } = kind;
    const key = JSON.stringify([mode, shardSamples, dtypes, weightShapes, values]);
    let recorded = programs.get(key);
    if (!recorded) {
      const options = { mode, shardSamples, dtypes, weightShapes, values };
      recorded = recordModel(network, this.#state, this.compiled, options);
      await loadPacks(recorded.program.packs);
      programs.set(key, recorded);
    }
    return { recorded, bound: this.engine.bind(recorded.program, samples) };
  }

  #fill({ inputs, targets, sampleWeights }: ModelProgram, bound: BoundProgram, batch: Batch): void {
    const { samples, xs, ys, weights } = batch;
    for (const [i, x] of xs.entries()) this.engine.rows(bound, inputs[i]!, samples).set(x);
    for (const [i, target] of targets.entries()) {
      if (target) this.engine.rows(bound, target, samples).set(ys[i]!);
    }
    for (const [i, region] of sampleWeights.entries()) {
      if (region) this.engine.rows(bound, region, samples).set(weights[i]!);
    }
  }

  /** The sums with each measure of the batch added, in sample order. */
  #measure(recorded: ModelProgram, bound: BoundProgram, samples: number, sums: Sums): Sums {
    const rows = (region: Parameters<Engine["rows"]>[1], count: number) => this.engine.rows(bound, region, count);
    return addMeasures(recorded, rows, samples, sums);
  }

  /** @param iterations which random numbers are drawn */
  #step(batchSamples: number, iterations: number): BatchStep {
    const step = { iterations, batchSamples, seed: this.counters.seed };
    const { optimizer } = this.compiled ?? {};
    if (!optimizer) return { ...step, learningRate: 0 };
    return { ...step, learningRate: optimizer.rateAt(this.steps), scalars: optimizer.scalars(this.steps) };
  }

  /** The end of a training. */
  async takeAverages(): Promise<void> {
    if (this.steps > 0) await this.#inTurn("fit", () => this.#averages.finish());
  }

  /** Before the first step there are none. @throws Error for an optimizer without averages */
  async swapAverages(where: string, swapped: boolean): Promise<void> {
    this.#averages.check(where);
    if (this.steps > 0) await this.#inTurn(where, () => this.#averages.swap(swapped));
  }

  /**
   * Resolves when all that layers and settings bring in late is there, and the kernels that `compile` asked for are in use.
   * @throws what an import reports; nothing has changed
   */
  async ready(): Promise<void> {
    if (this.#isReady) return;
    await this.network.load();
    if (this.compiled) await loadCompiled(this.compiled);
    if (this.compiled?.relaxed) {
      await loadRelaxedPacks();
      this.engine.relax();
    }
    this.#isReady = true;
  }

  /**
   * Records the training program for such batches and makes room for it: what is refused then is refused before anything has changed.
   * @throws as `ready`; Error where memory or threads can't be had
   */
  readyToTrain(where: string, kind: BatchKind, samples: number): Promise<void> {
    return this.#inTurn(where, async () => {
      await this.#bind("training", kind, samples);
      await this.engine.threads.ready();
    });
  }

  /**
   * Runs a task while no training step is under way: all of it sees the same weights, those of the moment of the call.
   * @throws Error if the model is disposed of before its end
   */
  betweenSteps<T>(where: string, task: () => Promise<T>): Promise<T> {
    return this.#inTurn(where, task);
  }

  async #inTurn<T>(where: string, task: () => Promise<T> | T): Promise<T> {
    const newer = this.#newer();
    try {
      return await this.engine.exclusive(async () => {
        await this.ready();
        this.#take(newer);
        return task();
      });
    } catch (error) {
      throw error instanceof Disposed ? disposed(where) : error;
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
    batch: Batch,
    place?: FitPosition,
    options: Pick<RunOptions, "signal" | "meanwhile"> = {},
  ): Promise<Sums | undefined> {
    return this.#inTurn(where, async () => {
      const { recorded, bound } = await this.#bind("training", batch.kind, batch.samples);
      this.#fill(recorded, bound, batch);
      const step = this.#step(batch.samples, this.counters.iterations);
      const outcome = await this.engine.run(bound, step, options);
      if (outcome === OUTCOME.interrupted) return undefined;
      if (outcome === OUTCOME.notFinite) {
        const what = (await this.engine.diagnose(bound, step)) ?? "the loss";
        throw new NotFinite(where, step.iterations + 1, what);
      }
      const sums = this.#measure(recorded, bound, batch.samples, place?.sums ?? []);
      this.#hold();
      this.counters.iterations++;
      this.steps++;
      if (place) this.counters.fit = { ...place, step: place.step + 1, sums };
      return sums;
    });
  }

  /** The forward pass with loss and metrics, between two steps. @returns the sums with those of each sample added */
  async evaluate(batch: Batch, sums: Sums, alone: boolean): Promise<Sums> {
    const { recorded, bound } = await this.#bind("evaluation", batch.kind, batch.samples);
    this.#fill(recorded, bound, batch);
    await this.engine.run(bound, this.#step(batch.samples, --this.#inferences), { alone });
    return this.#measure(recorded, bound, batch.samples, sums);
  }

  /**
   * The forward pass, between two steps; writes the outputs of the network, or these values of it, into `outs` from sample `first`
   * on.
   */
  async predict(
    batch: Batch,
    outs: readonly Float32Array[],
    first: number,
    { values, alone }: { values: readonly number[] | undefined; alone: boolean },
  ): Promise<void> {
    const { recorded, bound } = await this.#bind("prediction", batch.kind, batch.samples, values);
    this.#fill(recorded, bound, batch);
    await this.engine.run(bound, this.#step(batch.samples, --this.#inferences), { alone });
    for (const [i, output] of recorded.outputs.entries()) {
      outs[i]!.set(this.engine.rows(bound, output, batch.samples), first * output.size);
    }
  }

  /** The network for inputs of these shapes. */
  networkFor(shapes: BatchKind["inputShapes"]): Network {
    return this.#networks.at(shapes).network;
  }

  /**
   * All that a training goes on from, copied at one moment: not in the middle of a step.
   * @param describe what takes the weights at that moment
   */
  takeState<T>(describe: () => T): Promise<{ readonly description: T; readonly state: RuntimeState }> {
    return this.#inTurn("snapshot", () => ({
      description: describe(),
      state: { iterations: this.steps, slots: this.slots.read(), counters: copyCounters(this.counters) },
    }));
  }

  /** Takes what an optimizer had gathered. Between two steps only. */
  restore({ iterations, slots }: OptimizerState): void {
    this.steps = iterations;
    this.slots.write(slots);
  }
}

function disposed(where: string): Error {
  return new Error(`${where}: expected a model in use to the end, got dispose() in the meantime`);
}

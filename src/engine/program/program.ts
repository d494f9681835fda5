import type { KernelPack } from "../kernels/kernels.js";
import { core } from "../kernels/packs/core.generated.js";
import { Preparation } from "./preparation.js";
import {
  AllRows,
  type Args,
  type Call,
  type HostCall,
  type Mark,
  type Parameters,
  type Program,
  type Recorded,
  type Stage,
  type Tail,
  type TapeEntry,
} from "./programData.js";
import { type DType, Region } from "./region.js";
import type { Shape } from "./shape.js";
import { STEP_BYTES } from "./step.js";
import type { Weight } from "./weightRegions.js";

export type { Recorded } from "./programData.js";

/** What the builder needs to know of a layer. */
export interface Recordable {
  readonly name: string;
  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded;
}

/** Records kernel calls. Runs once for each program; nothing of it is left when the program is replayed. */
export class ProgramBuilder {
  /** The step block (see step.ts), one for each shard. */
  readonly step = new Region([STEP_BYTES / 4], "work", false);
  /** Place in the model of the node that is recorded, from 0 on. With the seed it keys the node's random numbers. */
  position = 0;
  /** Whether the layer that is recorded behaves as in training: drops, takes the statistics of the batch. */
  training: boolean;
  /** Whether the weights of the layer that is recorded are trained, so that its moving statistics move too. */
  trainable = true;
  readonly #preparation = new Preparation();
  readonly #stages: Call[][] = [[]];
  readonly #hosts: HostCall[] = [];
  readonly #update: { unit: Stage["unit"]; calls: Call[] }[] = [];
  readonly #once: Call[] = [];
  readonly #regions: Region[] = [this.step];
  readonly #marks: Mark[] = [];
  readonly #tape: TapeEntry[] = [];
  readonly #packs = new Set<KernelPack<unknown>>();
  readonly #guards: Region[] = [];
  readonly #penalties: { readonly activation: Region; readonly values: Region; readonly gradient: () => Region }[] = [];

  /**
   * @param learns whether a backward pass will follow: a layer keeps what it needs for that
   * @param winograd whether Winograd's form of convolution may be chosen
   */
  constructor(
    readonly learns: boolean,
    readonly shardSamples: number,
    readonly winograd = true,
  ) {
    this.training = learns;
  }

  #add(region: Region): Region {
    this.#regions.push(region);
    return region;
  }

  /** Activations: `shape` for each sample of the shard. */
  region(shape: Shape): Region {
    return this.#add(new Region(shape, "work", true));
  }

  /** `elements` numbers for the kernels of a shard, however many samples it has. */
  scratch(elements: number): Region {
    return this.#add(new Region([elements], "work", false));
  }

  /** One row for each sample of the batch, readable and writable from outside between two steps. */
  batchRegion(shape: Shape, dtype: DType = "f32"): Region {
    return this.#add(new Region(shape, "batch", true, dtype));
  }

  /**
   * The rows of all shards, for kernels after a barrier (there a batch region alone still means the shard's own rows).
   * Sums over them in sample order are the same for every size of the shards.
   * @throws Error if it is no batch region
   */
  allRows(region: Region): AllRows {
    if (region.root.home !== "batch")
      throw new Error(`allRows: expected a batch region, got one of "${region.root.home}"`);
    return new AllRows(region);
  }

  /** Keeps an activation for outside: gives it a row for each sample of the batch. */
  keep(region: Region): void {
    region.root.home = "batch";
  }

  /** Lets a training step count only where these numbers, one a sample in a batch region, are all finite: the losses. */
  guard(region: Region): void {
    this.#guards.push(region);
  }

  /**
   * Adds a penalty on an activation to the loss: one number a sample, in a batch region, whose sum is divided by the samples of the
   * batch. @param gradient records the gradient of that with respect to the activation
   */
  penalize(activation: Region, values: Region, gradient: () => Region): void {
    this.#penalties.push({ activation, values, gradient });
    this.guard(values);
  }

  /** What was added to the loss. */
  get penalties(): readonly Region[] {
    return this.#penalties.map(({ values }) => values);
  }

  /** Calls a kernel on the shard. Its first argument, the number of samples, is filled in. */
  call<K, N extends string & keyof K>(pack: KernelPack<K>, kernel: N, ...args: Args<Tail<Parameters<K[N]>>>): void {
    this.#packs.add(pack);
    this.#stages.at(-1)!.push({ kernel, args });
  }

  /**
   * Calls a kernel in the update phase, for each block of parameters. Its first two arguments are the block's ends. Calls in a row are
   * made block by block.
   */
  callUpdate<K, N extends string & keyof K>(
    pack: KernelPack<K>,
    kernel: N,
    ...args: Args<Tail<Tail<Parameters<K[N]>>>>
  ): void {
    this.#packs.add(pack);
    this.#updateStage("block").push({ kernel, args });
  }

  /**
   * Calls a kernel once in the update phase, after all calls over blocks before it: on a whole weight, or on sums of blocks. Such calls in a
   * row are made in any order, side by side, unless there is a barrier between them.
   */
  callUpdateOnce<K, N extends string & keyof K>(pack: KernelPack<K>, kernel: N, ...args: Args<Parameters<K[N]>>): void {
    this.#packs.add(pack);
    this.#updateStage("call").push({ kernel, args });
  }

  /**
   * What comes next in the update phase may change whole weights and slots (`callUpdateOnce`) before any call over blocks: all blocks are
   * copied first, so that a step that is cut off can be taken back.
   */
  keepBlocks(): void {
    if (this.#update.some(({ unit }) => unit === "block")) return;
    this.#update.push({ unit: "block", calls: [] });
    this.updateBarrier();
  }

  /** What comes next in the update phase begins when all that came before is done. */
  updateBarrier(): void {
    const last = this.#update.at(-1);
    if (last && (last.calls.length > 0 || last.unit === "block")) this.#update.push({ unit: "call", calls: [] });
  }

  #updateStage(unit: Stage["unit"]): Call[] {
    const last = this.#update.at(-1);
    if (last && (last.unit === unit || last.calls.length === 0)) {
      last.unit = unit;
      return last.calls;
    }
    const calls: Call[] = [];
    this.#update.push({ unit, calls });
    return calls;
  }

  /** Numbers that stay from the prepare phase to the end of the update phase: sums over weights and blocks. */
  sharedRegion(elements: number): Region {
    return this.#add(new Region([elements], "shared", false));
  }

  /**
   * Calls a kernel once a step, in the update phase: for weights that no optimizer changes, such as moving statistics. A
   * step that is given up never gets there. Activations are gone by then: it may take weights, the step block and all rows
   * of batch regions.
   * @throws Error for activations
   */
  callOnce<K, N extends string & keyof K>(pack: KernelPack<K>, kernel: N, ...args: Args<Parameters<K[N]>>): void {
    const gone = args.some((arg) => arg instanceof Region && arg.root.home === "work" && arg !== this.step);
    if (gone)
      throw new Error(`callOnce: expected weights, the step block and all rows, got an activation for ${kernel}`);
    this.#packs.add(pack);
    this.#once.push({ kernel, args });
  }

  /**
   * A transformed copy of weights (packed, transposed, folded): `elements` numbers, made by `kernel(copy, ...sources, ...dims)` when
   * the weights have changed. The same copy for the same sources, kernel and dims.
   * @param sources weights, and copies made by this
   */
  prepare<K>(
    sources: Weight | Region | readonly (Weight | Region | 0)[],
    pack: KernelPack<K>,
    kernel: string & keyof K,
    elements: number,
    ...dims: number[]
  ): Region {
    return this.#preparation.copy(sources, kernel, dims, () => {
      this.#packs.add(pack);
      return this.#add(new Region([elements], "shared", false));
    });
  }

  /** All shards wait for each other here; their activations then live side by side. */
  barrier(): void {
    this.#stages.push([]);
  }

  /**
   * Lets the calling thread compute something in JavaScript on the whole batch, in batch regions (see `keep`), while all shards wait. What
   * it throws ends the step before any weight has changed.
   */
  callHost(run: HostCall["run"]): void {
    const waits = this.#hosts.at(-1)?.stage === this.#stages.length - 1 && this.#stages.at(-1)!.length === 0;
    if (!waits) this.barrier();
    this.#hosts.push({ stage: this.#stages.length - 1, run });
  }

  /** Records a layer and puts its backward pass on the tape. */
  apply(layer: Recordable, inputs: readonly Region[], weights: readonly Weight[]): readonly Region[] {
    const { outputs, backward } = layer.record(this, inputs, weights);
    if (!backward) return outputs;
    const wantsGradient = inputs.some((x) => x.wantsGradient) || weights.some((w) => w.trainable);
    for (const y of outputs) {
      y.wantsGradient = wantsGradient;
      this.#mark(`the output of layer "${layer.name}"`, y);
    }
    if (this.learns && wantsGradient) {
      this.#tape.push({ layer: layer.name, inputs, weights, outputs, backward });
    }
    return outputs;
  }

  /** Walks the tape backwards from the gradients of some regions and from the penalties; gradients of a region that is read twice are summed. */
  backward(...starts: readonly (readonly [region: Region, gradient: Region])[]): void {
    const gradients = new Map<Region, Region>();
    const add = (x: Region, dx: Region) => {
      const other = gradients.get(x);
      gradients.set(x, other ? this.#sum(other, dx) : dx);
    };
    for (const [region, gradient] of starts) add(region, gradient);
    for (const { activation, gradient } of this.#penalties) if (activation.wantsGradient) add(activation, gradient());
    for (const { layer, inputs, weights, outputs, backward } of this.#tape.reverse()) {
      const dys = outputs.map((y) => gradients.get(y));
      if (dys.every((dy) => dy === undefined)) continue;
      // They are used up: an output may be the input itself, whose gradient is then a new one.
      for (const y of outputs) gradients.delete(y);
      const dxs = backward(dys);
      for (const w of weights) if (w.trainable) this.#mark(`the gradient of ${w.name}`, w.gradient);
      for (const [i, x] of inputs.entries()) {
        const dx = dxs[i];
        if (!dx || !x.wantsGradient) continue;
        this.#mark(`the input gradient of layer "${layer}"`, dx);
        add(x, dx);
      }
    }
  }

  #sum(a: Region, b: Region): Region {
    const sum = this.region(a.shape);
    this.call(core, "addForward", sum, a, b, sum.size);
    return sum;
  }

  #mark(what: string, region: Region): void {
    const stage = this.#stages.length - 1;
    this.#marks.push({ stage, calls: this.#stages[stage]!.length, what, region });
  }

  /** The program, of all that was recorded. */
  finish(): Program {
    return {
      training: this.learns,
      shardSamples: this.shardSamples,
      prepare: this.#preparation.stages,
      stages: this.#stages,
      hosts: this.#hosts,
      update: this.#update,
      once: this.#once,
      regions: this.#regions,
      packs: this.#packs,
      step: this.step,
      guards: this.#guards,
      marks: this.#marks,
    };
  }
}

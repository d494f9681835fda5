import type { KernelPack } from "./kernels.js";
import { core } from "./packs/core.generated.js";
import { type DType, Region } from "./region.js";
import type { Shape } from "./shape.js";
import { STEP_BYTES } from "./step.js";
import type { Weight } from "./weight.js";

/** A batch region as the rows of the whole batch: its address is that of the first sample, whatever the shard. */
export class AllRows {
  constructor(readonly region: Region) {}
}

/** An argument of a kernel: a number, or a region whose address goes in its place (0 is the null pointer). */
export type Arg = number | Region | AllRows;

export interface Call {
  readonly kernel: string;
  readonly args: readonly Arg[];
}

/** A place in the shard phase where `region` has just been written by `layer`: where a failed step is looked at. */
export interface Mark {
  readonly stage: number;
  /** Calls of the stage that come before. */
  readonly calls: number;
  readonly what: string;
  readonly region: Region;
}

/** A step as data: what `fit`, `evaluate` and `predict` replay. */
export interface Program {
  readonly training: boolean;
  /** Samples in a shard, at most. */
  readonly shardSamples: number;
  /** Made anew when the weights have changed. */
  readonly prepare: readonly Call[];
  /** The shard phase; between two stages all shards wait for each other. Each call gets the shard's samples first. */
  readonly stages: readonly (readonly Call[])[];
  /** The optimizer over blocks of parameters. Each call gets the block's first element and its end first. */
  readonly update: readonly Call[];
  /** Run once in the update phase. */
  readonly once: readonly Call[];
  readonly regions: readonly Region[];
  /** The binaries whose kernels are called. */
  readonly packs: ReadonlySet<KernelPack<unknown>>;
  readonly step: Region;
  /** One number a sample that has to be finite for a training step to count. */
  readonly guard: Region | undefined;
  readonly marks: readonly Mark[];
}

/** What a layer's `record` leaves: its outputs and, beside, its backward pass. */
export interface Recorded {
  readonly outputs: readonly Region[];
  /**
   * From the gradients of the outputs to those of the inputs (undefined: none wanted). Weight gradients are added to
   * `weight.gradient`. Left out by a layer that only applies others: their passes are recorded already.
   */
  readonly backward?: (dys: readonly Region[]) => readonly (Region | undefined)[];
}

/** What the builder needs to know of a layer. */
export interface Recordable {
  readonly name: string;
  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded;
}

type Tail<T extends unknown[]> = T extends [unknown, ...infer Rest] ? Rest : [];
type Args<T extends unknown[]> = { [I in keyof T]: Arg };
/** Of a kernel: numbers. */
type Parameters<F> = F extends (...args: infer P extends number[]) => void ? P : never;

interface TapeEntry {
  readonly layer: string;
  readonly inputs: readonly Region[];
  readonly weights: readonly Weight[];
  readonly outputs: readonly Region[];
  readonly backward: NonNullable<Recorded["backward"]>;
}

/** Records kernel calls. Runs once for each program; nothing of it is left when the program is replayed. */
export class ProgramBuilder {
  /** The step block (see step.ts), one for each shard. */
  readonly step = new Region([STEP_BYTES / 4], "work", false);
  /** Place in the model of the layer that is recorded, from 0 on. With the seed it keys the layer's random numbers. */
  position = 0;
  readonly #prepare: Call[] = [];
  readonly #prepared = new Map<string, Region>();
  readonly #weightIds = new Map<Weight, number>();
  readonly #stages: Call[][] = [[]];
  readonly #update: Call[] = [];
  readonly #once: Call[] = [];
  readonly #regions: Region[] = [this.step];
  readonly #marks: Mark[] = [];
  readonly #tape: TapeEntry[] = [];
  readonly #packs = new Set<KernelPack<unknown>>();
  #guard: Region | undefined;

  /**
   * @param training whether a backward pass will follow: a layer may behave differently, and keeps what it needs for it
   * @param winograd whether Winograd's form of convolution may be chosen
   */
  constructor(
    readonly training: boolean,
    readonly shardSamples: number,
    readonly winograd = true,
  ) {}

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
   * The rows of all shards, for kernels behind a barrier (there a batch region alone still means the shard's own rows).
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
    this.#guard = region;
  }

  /** Calls a kernel on the shard. Its first argument, the number of samples, is filled in. */
  call<K, N extends string & keyof K>(pack: KernelPack<K>, kernel: N, ...args: Args<Tail<Parameters<K[N]>>>): void {
    this.#packs.add(pack);
    this.#stages.at(-1)!.push({ kernel, args });
  }

  /** Calls a kernel in the update phase, for each block of parameters. Its first two arguments are the block's ends. */
  callUpdate<K, N extends string & keyof K>(
    pack: KernelPack<K>,
    kernel: N,
    ...args: Args<Tail<Tail<Parameters<K[N]>>>>
  ): void {
    this.#packs.add(pack);
    this.#update.push({ kernel, args });
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
   * A transformed copy of a weight (packed, transposed): `elements` numbers, made by `kernel(copy, weight, ...dims)` when
   * the weights have changed. The same copy for the same weight, kernel and dims.
   */
  prepare<K>(
    weight: Weight,
    pack: KernelPack<K>,
    kernel: string & keyof K,
    elements: number,
    ...dims: number[]
  ): Region {
    const id = this.#weightIds.get(weight) ?? this.#weightIds.size;
    this.#weightIds.set(weight, id);
    const key = [id, kernel, ...dims].join(" ");
    const made = this.#prepared.get(key);
    if (made) return made;
    this.#packs.add(pack);
    const copy = this.#add(new Region([elements], "shared", false));
    this.#prepare.push({ kernel, args: [copy, weight.value, ...dims] });
    this.#prepared.set(key, copy);
    return copy;
  }

  /** All shards wait for each other here; their activations then live side by side. */
  barrier(): void {
    this.#stages.push([]);
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
    if (this.training && wantsGradient) {
      this.#tape.push({ layer: layer.name, inputs, weights, outputs, backward });
    }
    return outputs;
  }

  /** Walks the tape backwards from the gradient of one region; gradients of a region that is read twice are summed. */
  backward(region: Region, gradient: Region): void {
    const gradients = new Map([[region, gradient]]);
    for (const { layer, inputs, weights, outputs, backward } of this.#tape.reverse()) {
      const dys = outputs.map((y) => gradients.get(y));
      if (dys.every((dy) => dy === undefined)) continue;
      if (dys.includes(undefined)) throw new Error(`layer "${layer}": expected all its outputs to be used, got some`);
      // They are used up: an output may be the input itself, whose gradient is then a new one.
      for (const y of outputs) gradients.delete(y);
      const dxs = backward(dys as Region[]);
      for (const w of weights) if (w.trainable) this.#mark(`the gradient of ${w.name}`, w.gradient);
      for (const [i, x] of inputs.entries()) {
        const dx = dxs[i];
        if (!dx || !x.wantsGradient) continue;
        this.#mark(`the input gradient of layer "${layer}"`, dx);
        const other = gradients.get(x);
        gradients.set(x, other ? this.#sum(other, dx) : dx);
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

  finish(): Program {
    return {
      training: this.training,
      shardSamples: this.shardSamples,
      prepare: this.#prepare,
      stages: this.#stages,
      update: this.#update,
      once: this.#once,
      regions: this.#regions,
      packs: this.#packs,
      step: this.step,
      guard: this.#guard,
      marks: this.#marks,
    };
  }
}

import { nextTask } from "#platform";
import { defaultModule, instantiateKernels, type Kernel } from "./kernels.js";
import { align, type ProgramSizes, planProgram, READ_SLACK } from "./plan.js";
import type { Mark, Program } from "./program.js";
import type { Region } from "./region.js";
import { BoundProgram, type Indices } from "./replay.js";
import { sizeOf } from "./shape.js";
import { BLOCK, type ModelState, RANDOM_ADDRESS, RANDOM_WORDS } from "./state.js";
import { type StepValues, splitSeed, writeStep } from "./step.js";
import type { WasmModule } from "./wasmTypes.js";
import type { Weight, WeightFiller } from "./weight.js";

/** Gradient slots. Changes bits: the order in which the shards' gradients are summed. */
export const SLOTS = 8;
/** The calling thread works this long, in milliseconds, before it lets the event loop run. */
const SLICE = 8;
const PAGE = 65536;
const MOST_PAGES = 65536;
/** Purposes of random numbers: the second word of the Philox counter. */
export const RANDOM = { initialize: 1, shuffle: 2 } as const;

/** Bytes of what training and inference need besides the model's state and the gradient slots. */
interface Areas {
  readonly training: number;
  readonly inference: number;
}

interface Prepared {
  readonly program: Program;
  readonly sizes: ProgramSizes;
  capacity: number;
  bound: BoundProgram | undefined;
}

/**
 * Owns a model's one memory and replays programs over it: prepare, shards, reduce and update, on the calling thread.
 * Programs of training and of inference have areas of their own, so that one can be used between two steps of the other.
 */
export class Engine {
  /** The build whose kernels are in use: set by `use`. */
  module = defaultModule();
  #memory!: WebAssembly.Memory;
  #kernels!: Record<string, Kernel>;
  readonly #programs = new Map<Program, Prepared>();
  #areas: Areas = { training: 0, inference: 0 };
  /** Which program's prepared weights lie in each area, and of which version of the weights. */
  readonly #fresh = { training: "", inference: "" };
  #version = 0;
  #ids = new Map<Program, number>();
  #sliceBegan = 0;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(
    readonly state: ModelState,
    readonly modules: ReadonlySet<WasmModule> = new Set(),
  ) {
    this.#allocate(this.#areas);
  }

  /** Bytes of the memory. */
  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Runs tasks one after the other: a training step, a batch of a prediction. */
  exclusive<T>(task: () => Promise<T> | T): Promise<T> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  #areaBegin(training: boolean, areas = this.#areas): number {
    const slots = areas.training > 0 ? this.state.gradients.bytes * SLOTS : 0;
    return this.state.bytes + slots + (training ? 0 : areas.training);
  }

  /**
   * A new memory of the planned size; the state moves over. Never `grow`: the plan's size is the maximum.
   * @throws RangeError if there is no such memory; the old one stays
   */
  #allocate(areas: Areas): void {
    const old = this.#memory;
    const bytes = this.#areaBegin(false, areas) + areas.inference + READ_SLACK;
    const pages = Math.ceil(bytes / PAGE);
    if (pages > MOST_PAGES) {
      throw new RangeError(
        `memory: expected a model that needs at most 4 GiB, got ${(bytes / 2 ** 30).toFixed(1)} GiB`,
      );
    }
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    if (old) new Uint8Array(this.#memory.buffer).set(new Uint8Array(old.buffer, 0, this.state.bytes));
    this.#areas = areas;
    this.use(this.module);
  }

  /** Takes the kernels of a build; programs are bound anew. Between two steps only. */
  use(module: WasmModule): void {
    this.module = module;
    this.#kernels = instantiateKernels(this.#memory, [module, ...this.modules]);
    for (const prepared of this.#programs.values()) prepared.bound = undefined;
    this.#fresh.training = this.#fresh.inference = "";
  }

  /** Makes room for `capacity` samples of a program and binds it. Between two steps only. */
  bind(program: Program, capacity: number): BoundProgram {
    let prepared = this.#programs.get(program);
    if (!prepared) {
      prepared = { program, sizes: planProgram(program), capacity: 0, bound: undefined };
      this.#programs.set(program, prepared);
      this.#ids.set(program, this.#ids.size);
    }
    if (prepared.bound && prepared.capacity >= capacity) return prepared.bound;
    prepared.bound = undefined;
    const { sizes } = prepared;
    const most = Math.max(prepared.capacity, capacity);
    const barriers = program.stages.length > 1;
    const copies = barriers ? Math.ceil(most / program.shardSamples) : 1;
    const blocks = align(4 * Math.ceil(this.state.parameters.size / BLOCK));
    const batch = sizes.batch(most);
    const needed = blocks + sizes.shared + batch + sizes.work * copies;
    const area = program.training ? "training" : "inference";
    if (needed > this.#areas[area]) this.#allocate({ ...this.#areas, [area]: needed });
    prepared.capacity = most;
    const begin = this.#areaBegin(program.training);
    prepared.bound = new BoundProgram(
      program,
      {
        shared: begin + blocks,
        batch: begin + blocks + sizes.shared,
        work: begin + blocks + sizes.shared + batch,
        workStride: sizes.work,
        workBy: barriers ? "shard" : "thread",
        slots: this.state.bytes,
        slotStride: this.state.gradients.bytes,
      },
      this.#kernels,
    );
    this.#fresh[area] = "";
    return prepared.bound;
  }

  /** The rows of a batch region: to be filled before `run`, or read after it. */
  rows(bound: BoundProgram, region: Region, samples: number): Float32Array | Uint8Array {
    const address = bound.address(region, { shard: 0, slot: 0, thread: 0 });
    return region.dtype === "u8"
      ? new Uint8Array(this.#memory.buffer, address, samples * region.size)
      : new Float32Array(this.#memory.buffer, address, samples * region.size);
  }

  /** Whether the calling thread has worked for a slice and should let the event loop run. */
  get sliceIsOver(): boolean {
    return performance.now() - this.#sliceBegan >= SLICE;
  }

  async breathe(): Promise<void> {
    await nextTask();
    this.#sliceBegan = performance.now();
  }

  #prepareWeights(bound: BoundProgram): void {
    const area = bound.program.training ? "training" : "inference";
    const key = `${this.#ids.get(bound.program)} ${this.#version}`;
    if (this.#fresh[area] === key) return;
    for (const call of bound.prepare) call.run(START, 0, 0);
    this.#fresh[area] = key;
  }

  #shards(bound: BoundProgram, samples: number): number {
    return Math.ceil(samples / bound.program.shardSamples);
  }

  #enter(bound: BoundProgram, shard: number, values: Omit<StepValues, "firstSample">): Indices {
    const indices = { shard, slot: shard % SLOTS, thread: 0 };
    const firstSample = shard * bound.program.shardSamples;
    writeStep(this.#memory, bound.address(bound.program.step, indices), { ...values, firstSample });
    return indices;
  }

  /**
   * The prepare and shard phases: after it, outputs and losses of `samples` rows are there, and the gradient slots filled.
   * @param interrupted asked whenever the event loop has run; true leaves the work where it is, without harm
   */
  async run(
    bound: BoundProgram,
    values: Omit<StepValues, "firstSample">,
    interrupted: () => boolean = () => false,
  ): Promise<void> {
    const { program } = bound;
    const samples = values.batchSamples;
    this.#prepareWeights(bound);
    for (const [index, stage] of bound.stages.entries()) {
      for (let shard = 0; shard < this.#shards(bound, samples); shard++) {
        const indices = this.#enter(bound, shard, values);
        if (program.training && index === 0 && shard < SLOTS) this.#clearSlot(bound, shard);
        const count = Math.min(program.shardSamples, samples - shard * program.shardSamples);
        for (const call of stage) {
          call.run(indices, count, 0);
          if (this.sliceIsOver) await this.breathe();
        }
        if (interrupted()) return;
      }
    }
  }

  #clearSlot(bound: BoundProgram, slot: number): void {
    const { slots, slotStride } = bound.bases;
    this.#kernels.reduceClear!(slots + slot * slotStride, slotStride / 4);
  }

  /** Sums the gradient slots that `samples` samples have filled; false if any sum is not finite. */
  reduce(bound: BoundProgram, samples: number): boolean {
    const { slots, slotStride } = bound.bases;
    const size = this.state.parameters.size;
    const flags = this.#areaBegin(true);
    const used = Math.min(this.#shards(bound, samples), SLOTS);
    for (let begin = 0; begin < size; begin += BLOCK) {
      const end = Math.min(begin + BLOCK, size);
      this.#kernels.reduceSlots!(begin, end, slots, slotStride, used, flags + (4 * begin) / BLOCK);
    }
    const count = Math.ceil(size / BLOCK);
    return new Float32Array(this.#memory.buffer, flags, count).every((flag) => flag === 0);
  }

  /** The update phase, from the summed gradients. */
  update(bound: BoundProgram, values: Omit<StepValues, "firstSample">): void {
    const size = this.state.parameters.size;
    const indices = this.#enter(bound, 0, values);
    for (const call of bound.update) {
      for (let begin = 0; begin < size; begin += BLOCK) call.run(indices, begin, Math.min(begin + BLOCK, size));
    }
    for (const call of bound.once) call.run(indices, 0, 0);
    this.#version++;
  }

  /** Replays a step whose loss or gradient was not finite and says what was the first thing that was not. */
  diagnose(bound: BoundProgram, values: Omit<StepValues, "firstSample">): string | undefined {
    const { program } = bound;
    for (let slot = 0; slot < SLOTS; slot++) this.#clearSlot(bound, slot);
    for (const [s, stage] of bound.stages.entries()) {
      const marks = program.marks.filter((mark) => mark.stage === s);
      for (let shard = 0; shard < this.#shards(bound, values.batchSamples); shard++) {
        const indices = this.#enter(bound, shard, values);
        const count = Math.min(program.shardSamples, values.batchSamples - shard * program.shardSamples);
        for (let c = 0; c <= stage.length; c++) {
          const bad = marks.find((mark) => mark.calls === c && !this.#isFinite(bound, mark, indices, count));
          if (bad) return bad.what;
          stage[c]?.run(indices, count, 0);
        }
      }
    }
    return undefined;
  }

  #isFinite(bound: BoundProgram, mark: Mark, indices: Indices, samples: number): boolean {
    const { region } = mark;
    const size = region.size * (region.perSample ? samples : 1);
    return new Float32Array(this.#memory.buffer, bound.address(region, indices), size).every(Number.isFinite);
  }

  /** A copy of a weight. */
  read(weight: Weight): Float32Array {
    return new Float32Array(this.#memory.buffer, weight.value.offset, weight.size).slice();
  }

  write(weight: Weight, data: Float32Array): void {
    new Float32Array(this.#memory.buffer, weight.value.offset, weight.size).set(data);
    this.#version++;
  }

  /** Runs a weight's initializer. Its numbers depend on the seed and the weight's position in the model. */
  initialize(weight: Weight, seed: number): void {
    const address = weight.value.offset;
    const blocks = Math.ceil(weight.size / 4);
    const filler: WeightFiller = {
      shape: weight.shape,
      constant: (value) => new Float32Array(this.#memory.buffer, address, weight.size).fill(value),
      uniform: (low, high) => {
        const [k0, k1] = splitSeed(seed);
        const [layer, index] = weight.position;
        this.#kernels.philoxUniform!(blocks, address, low, high, k0, k1, 0, RANDOM.initialize, layer, index);
      },
    };
    weight.initializer.fill(filler);
    // Blocks of four: the kernel may have run into the padding, which has to stay zero.
    const padding = align(weight.value.bytes) / 4 - sizeOf(weight.shape);
    new Float32Array(this.#memory.buffer, address + weight.value.bytes, padding).fill(0);
    this.#version++;
  }

  /** At most RANDOM_WORDS random u32: the words from `first` (a multiple of 4) on of the stream (purpose, counter). */
  randomWords(seed: number, purpose: number, counter: number, first: number): Uint32Array {
    const [k0, k1] = splitSeed(seed);
    this.#kernels.philoxFill!(RANDOM_WORDS / 4, RANDOM_ADDRESS, k0, k1, first / 4, purpose, counter, 0);
    return new Uint32Array(this.#memory.buffer, RANDOM_ADDRESS, RANDOM_WORDS);
  }
}

const START: Indices = { shard: 0, slot: 0, thread: 0 };

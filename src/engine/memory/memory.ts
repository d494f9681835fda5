import { instantiate } from "../kernels/instantiate.js";
import { type Kernel, type KernelPack, modulesOf } from "../kernels/kernels.js";
import { core } from "../kernels/packs/core.generated.js";
import type { WasmModule } from "../kernels/wasmTypes.js";
import { align, type ProgramSizes, planProgram, READ_SLACK } from "../program/plan.js";
import type { Plan } from "../program/planData.js";
import type { Program } from "../program/programData.js";
import type { Region } from "../program/region.js";
import { Control } from "../run/control.js";
import { BLOCK, SLOTS } from "../run/replay.js";
import { BoundProgram } from "./bind.js";
import { borrow, giveBack, moveIn, moveOut, type PooledMemory, type Tenant, touch } from "./pool.js";
import { HEADER_BYTES, type ModelState } from "./state.js";

const PAGE = 65536;
const MOST_PAGES = 65536;

/** Bytes of what training and inference need besides the model's state and the gradient slots. */
interface Areas {
  readonly training: number;
  readonly inference: number;
}

interface Prepared {
  readonly id: number;
  readonly sizes: ProgramSizes;
  capacity: number;
  bound: BoundProgram | undefined;
}

/** A borrowed memory. */
interface BorrowedMemory {
  readonly pooled: PooledMemory;
  readonly control: Control;
  readonly modules: readonly WasmModule[];
  readonly kernels: Record<string, Kernel>;
}

/**
 * A model's state, and while it works the one `WebAssembly.Memory` it has borrowed, and what lies where in that. Programs of
 * training and of inference have areas of their own, so that one can be used between two steps of the other.
 */
export class ModelMemory implements Tenant {
  #borrowed: BorrowedMemory | undefined;
  /** The state and the threads' counts of shards while there is no memory. */
  #parked: { readonly state: Uint8Array; readonly shards: readonly number[] } | undefined;
  /** Tasks that need the memory to stay. */
  #tasks = 0;
  readonly #programs = new Map<Program, Prepared>();
  /** Of the programs that are bound, by id. */
  readonly plans = new Map<number, Plan>();
  #areas: Areas = { training: 0, inference: 0 };
  /** Those of all programs so far. */
  #packs: ReadonlySet<KernelPack<unknown>> = new Set([core]);
  #relaxed = false;
  /** The program whose prepared weights lie in each area, and of which version of the weights. */
  readonly fresh: Record<keyof Areas, readonly [BoundProgram, version: number] | undefined> = {
    training: undefined,
    inference: undefined,
  };

  /**
   * @param threads that may run side by side
   */
  constructor(
    readonly state: ModelState,
    readonly threads: number,
  ) {
    this.#move(this.#areas);
    moveIn(this);
  }

  /** The memory that there is, or another in its place. */
  #settled(): BorrowedMemory {
    return this.#borrowed ?? this.#move(this.#areas);
  }

  /** The binaries of all packs. */
  get modules(): readonly WasmModule[] {
    return this.#settled().modules;
  }

  /** Why the memory is not shared with workers, if it is not. */
  get refusal(): Error | undefined {
    return this.#borrowed?.pooled.refusal;
  }

  get memory(): WebAssembly.Memory {
    return this.#settled().pooled.memory;
  }

  get control(): Control {
    return this.#settled().control;
  }

  get kernels(): Record<string, Kernel> {
    return this.#settled().kernels;
  }

  /** Bytes that are planned. */
  get bytes(): number {
    return PAGE * this.#pages(this.#areas);
  }

  get shards(): readonly number[] {
    return this.#borrowed?.control.shards ?? this.#parked?.shards ?? [];
  }

  get busy(): boolean {
    return this.#tasks > 0;
  }

  /** Runs a task during which the memory stays where it is, but for `bind`. */
  async during<T>(task: () => Promise<T> | T): Promise<T> {
    this.#tasks++;
    if (this.#borrowed) touch(this.#borrowed.pooled);
    try {
      return await task();
    } finally {
      this.#tasks--;
    }
  }

  leave(): void {
    this.#parked = { state: this.#stateBytes().slice(), shards: this.shards };
    this.#borrowed = undefined;
    this.#unbind();
  }

  /** Gives the memory back, for good. */
  dispose(): void {
    if (this.#borrowed) giveBack(this.#borrowed.pooled);
    this.#borrowed = this.#parked = undefined;
    this.#unbind();
    moveOut(this);
  }

  /** A part of the state, or of the memory while there is one. */
  floats(address: number, count: number): Float32Array {
    return this.#borrowed
      ? new Float32Array(this.memory.buffer, address, count)
      : new Float32Array(this.#parked!.state.buffer, address - HEADER_BYTES, count);
  }

  /** All but the header, whose control block stays with the memory. */
  #stateBytes(): Uint8Array {
    if (!this.#borrowed) return this.#parked!.state;
    return new Uint8Array(this.memory.buffer, HEADER_BYTES, this.state.bytes - HEADER_BYTES);
  }

  #areaBegin(training: boolean, areas = this.#areas): number {
    const slots = areas.training > 0 ? this.state.gradients.bytes * SLOTS : 0;
    return this.state.bytes + slots + (training ? 0 : areas.training);
  }

  #pages(areas: Areas): number {
    return Math.ceil((this.#areaBegin(false, areas) + areas.inference + READ_SLACK) / PAGE);
  }

  /**
   * Moves to a memory of the planned size, with the state. Never `grow`: the plan's size is the maximum.
   * @throws RangeError if there is no such memory; the old one stays
   */
  #move(areas: Areas): BorrowedMemory {
    const pages = this.#pages(areas);
    if (pages > MOST_PAGES) {
      throw new RangeError(
        `memory: expected a model that needs at most 4 GiB, got ${((pages * PAGE) / 2 ** 30).toFixed(1)} GiB`,
      );
    }
    const old = this.#borrowed;
    // At work: it is not the one to leave.
    this.#tasks++;
    let pooled: PooledMemory;
    try {
      pooled = borrow(this, pages);
    } finally {
      this.#tasks--;
    }
    try {
      const modules = modulesOf(this.#packs, pooled.refusal === undefined, this.#relaxed);
      const control = new Control(pooled.memory);
      control.shards = this.shards;
      const state = new Uint8Array(pooled.memory.buffer, HEADER_BYTES, this.state.bytes - HEADER_BYTES);
      if (old || this.#parked) state.set(this.#stateBytes());
      else state.fill(0);
      this.#borrowed = { pooled, control, modules, kernels: instantiate(modules, pooled.memory) };
    } catch (error) {
      giveBack(pooled);
      throw error;
    }
    this.#parked = undefined;
    this.#areas = areas;
    this.#unbind();
    if (old) giveBack(old.pooled);
    return this.#borrowed;
  }

  /** Takes the relaxed form of all packs that have one, from now on. They have to be loaded. */
  relax(): void {
    if (!this.#relaxed) this.#use(this.#packs, true);
  }

  #use(packs: ReadonlySet<KernelPack<unknown>>, relaxed: boolean): void {
    if (this.#borrowed) {
      const modules = modulesOf(packs, this.refusal === undefined, relaxed);
      this.#borrowed = { ...this.#borrowed, modules, kernels: instantiate(modules, this.memory) };
    }
    this.#packs = packs;
    this.#relaxed = relaxed;
    this.#unbind();
  }

  #unbind(): void {
    for (const prepared of this.#programs.values()) prepared.bound = undefined;
    this.plans.clear();
    this.fresh.training = this.fresh.inference = undefined;
  }

  /** Makes room for `capacity` samples of a program and binds it. Between two jobs only. */
  bind(program: Program, capacity: number): BoundProgram {
    const packs = new Set([...this.#packs, ...program.packs]);
    if (packs.size > this.#packs.size) this.#use(packs, this.#relaxed);
    let prepared = this.#programs.get(program);
    if (!prepared) {
      prepared = { id: this.#programs.size, sizes: planProgram(program), capacity: 0, bound: undefined };
      this.#programs.set(program, prepared);
    }
    if (prepared.bound && prepared.capacity >= capacity) return prepared.bound;
    prepared.bound = undefined;
    const { sizes } = prepared;
    const most = Math.max(prepared.capacity, capacity);
    const barriers = program.stages.length > 1;
    const copies = barriers ? Math.ceil(most / program.shardSamples) : Math.max(1, this.threads);
    const flags = align(4 * Math.ceil(this.state.parameters.size / BLOCK));
    const batch = sizes.batch(most);
    const needed = flags + sizes.shared + batch + sizes.work * copies;
    const area = program.training ? "training" : "inference";
    if (needed > this.#areas[area]) this.#move({ ...this.#areas, [area]: needed });
    prepared.capacity = most;
    const begin = this.#areaBegin(program.training);
    prepared.bound = new BoundProgram(prepared.id, program, this, {
      flags: begin,
      shared: begin + flags,
      batch: begin + flags + sizes.shared,
      work: begin + flags + sizes.shared + batch,
      workStride: sizes.work,
      workBy: barriers ? "shard" : "thread",
      slots: this.state.bytes,
      slotStride: this.state.gradients.bytes,
    });
    this.plans.set(prepared.id, prepared.bound.plan);
    return prepared.bound;
  }

  /** What the calling thread computes before a part of a program. */
  callHosts(bound: BoundProgram, part: number, samples: number): void {
    const rows = (region: Region) => this.rows(bound, region, samples) as Float32Array;
    for (const { stage, run } of bound.program.hosts) if (stage === bound.plan.parts[part]) run(rows, samples);
  }

  /** The rows of a batch region: to be filled before a job, or read after it. */
  rows(bound: BoundProgram, region: Region, samples: number): Float32Array | Uint8Array {
    const address = bound.address(region).offset;
    return region.dtype === "u8"
      ? new Uint8Array(this.memory.buffer, address, samples * region.size)
      : this.floats(address, samples * region.size);
  }
}

import { BoundProgram } from "./bind.js";
import { Control } from "./control.js";
import { instantiate } from "./instantiate.js";
import { type Kernel, type KernelPack, modulesOf } from "./kernels.js";
import { core } from "./packs/core.generated.js";
import { align, type ProgramSizes, planProgram, READ_SLACK } from "./plan.js";
import type { Program } from "./program.js";
import type { Region } from "./region.js";
import { BLOCK, type Plan, SLOTS } from "./replay.js";
import { newMemory } from "./sharing.js";
import { HEADER_BYTES, type ModelState } from "./state.js";
import type { WasmModule } from "./wasmTypes.js";

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

/**
 * A model's one `WebAssembly.Memory` and what lies where in it. Programs of training and of inference have areas of their own,
 * so that one can be used between two steps of the other.
 */
export class ModelMemory {
  #memory!: WebAssembly.Memory;
  #control!: Control;
  #kernels!: Record<string, Kernel>;
  readonly #programs = new Map<Program, Prepared>();
  /** Of the programs that are bound, by id. */
  readonly plans = new Map<number, Plan>();
  #areas: Areas = { training: 0, inference: 0 };

  /** Those of all programs so far. */
  #packs: ReadonlySet<KernelPack<unknown>> = new Set([core]);
  #relaxed = false;
  #modules: readonly WasmModule[] = [];
  /** Why the memory is not shared with workers, if it is not. */
  #refusal: Error | undefined;

  /**
   * @param threads that may run side by side
   */
  constructor(
    readonly state: ModelState,
    readonly threads: number,
  ) {
    this.#allocate(this.#areas);
  }

  /** The binaries of all packs. */
  get modules(): readonly WasmModule[] {
    return this.#modules;
  }

  get refusal(): Error | undefined {
    return this.#refusal;
  }

  get memory(): WebAssembly.Memory {
    return this.#memory;
  }

  get control(): Control {
    return this.#control;
  }

  get kernels(): Record<string, Kernel> {
    return this.#kernels;
  }

  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, count);
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
    const { memory, refusal } = newMemory(pages);
    const modules = modulesOf(this.#packs, refusal === undefined, this.#relaxed);
    this.#memory = memory;
    this.#refusal = refusal;
    if (old) {
      // Not the header: the control block begins anew.
      const state = new Uint8Array(old.buffer, HEADER_BYTES, this.state.bytes - HEADER_BYTES);
      new Uint8Array(this.#memory.buffer).set(state, HEADER_BYTES);
    }
    this.#areas = areas;
    this.#control = new Control(this.#memory);
    this.#instantiate(modules);
  }

  /** Takes the relaxed form of all packs that have one, from now on. They have to be loaded. */
  relax(): void {
    if (!this.#relaxed) this.#use(this.#packs, true);
  }

  #use(packs: ReadonlySet<KernelPack<unknown>>, relaxed: boolean): void {
    this.#instantiate(modulesOf(packs, this.#refusal === undefined, relaxed));
    this.#packs = packs;
    this.#relaxed = relaxed;
  }

  #instantiate(modules: readonly WasmModule[]): void {
    this.#kernels = instantiate(modules, this.#memory);
    this.#modules = modules;
    for (const prepared of this.#programs.values()) prepared.bound = undefined;
    this.plans.clear();
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
    if (needed > this.#areas[area]) this.#allocate({ ...this.#areas, [area]: needed });
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

  /** The rows of a batch region: to be filled before a job, or read after it. */
  rows(bound: BoundProgram, region: Region, samples: number): Float32Array | Uint8Array {
    const address = bound.place(region).offset;
    return region.dtype === "u8"
      ? new Uint8Array(this.#memory.buffer, address, samples * region.size)
      : this.floats(address, samples * region.size);
  }
}

import type { Kernel } from "./kernels.js";
import { AllRows, type Call, type Program } from "./program.js";
import { Region } from "./region.js";

/** What an address may depend on while a program is replayed. */
export interface Indices {
  shard: number;
  slot: number;
  thread: number;
}

/** Where the homes of a bound program begin, and how far their copies lie apart, in bytes. */
export interface Bases {
  readonly shared: number;
  readonly batch: number;
  readonly slots: number;
  readonly slotStride: number;
  readonly work: number;
  readonly workStride: number;
  /** With barriers every shard has its own activations, otherwise every thread. */
  readonly workBy: "shard" | "thread";
}

/** address = offset + stride * indices[by] */
interface Place {
  readonly offset: number;
  readonly stride: number;
  readonly by: keyof Indices;
}

function placeOf(region: Region, bases: Bases, shardSamples: number): Place {
  const { home, offset, bytes } = region.root;
  switch (home) {
    case "state":
      return { offset, stride: 0, by: "thread" };
    case "shared":
      return { offset: bases.shared + offset, stride: 0, by: "thread" };
    case "slot":
      return { offset: bases.slots + offset, stride: bases.slotStride, by: "slot" };
    case "batch":
      return { offset: bases.batch + offset, stride: bytes * shardSamples, by: "shard" };
    case "work":
      return { offset: bases.work + offset, stride: bases.workStride, by: bases.workBy };
  }
}

/** A call whose addresses are known but for the shard, slot and thread. */
class BoundCall {
  readonly #kernel: Kernel;
  readonly #args: number[];
  readonly #first: number;
  readonly #moving: { readonly at: number; readonly place: Place }[] = [];

  /** @param first how many leading arguments are filled in at the call */
  constructor(call: Call, first: number, kernels: Record<string, Kernel>, placeOfRegion: (region: Region) => Place) {
    const kernel = kernels[call.kernel];
    if (!kernel) throw new Error(`program: expected a kernel, got "${call.kernel}"`);
    this.#kernel = kernel;
    this.#first = first;
    this.#args = new Array<number>(first).fill(0);
    for (const arg of call.args) {
      if (arg instanceof Region) {
        const place = placeOfRegion(arg);
        if (place.stride !== 0) this.#moving.push({ at: this.#args.length, place });
        this.#args.push(place.offset);
      } else if (arg instanceof AllRows) {
        this.#args.push(placeOfRegion(arg.region).offset);
      } else {
        this.#args.push(arg);
      }
    }
  }

  run(indices: Indices, leading0: number, leading1: number): void {
    const args = this.#args;
    if (this.#first > 0) args[0] = leading0;
    if (this.#first > 1) args[1] = leading1;
    for (const { at, place } of this.#moving) args[at] = place.offset + place.stride * indices[place.by];
    this.#kernel(...args);
  }
}

/** A program bound to a memory: what is replayed. */
export class BoundProgram {
  readonly prepare: readonly BoundCall[];
  readonly stages: readonly (readonly BoundCall[])[];
  readonly update: readonly BoundCall[];
  readonly once: readonly BoundCall[];

  constructor(
    readonly program: Program,
    readonly bases: Bases,
    readonly kernels: Record<string, Kernel>,
  ) {
    const place = (region: Region) => placeOf(region, bases, program.shardSamples);
    this.prepare = program.prepare.map((call) => new BoundCall(call, 0, kernels, place));
    this.stages = program.stages.map((stage) => stage.map((call) => new BoundCall(call, 1, kernels, place)));
    this.update = program.update.map((call) => new BoundCall(call, 2, kernels, place));
    this.once = program.once.map((call) => new BoundCall(call, 0, kernels, place));
  }

  address(region: Region, indices: Indices): number {
    const { offset, stride, by } = placeOf(region, this.bases, this.program.shardSamples);
    return offset + stride * indices[by];
  }
}

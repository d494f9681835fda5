import type { KernelPack } from "../kernels/kernels.js";
import type { Region } from "./region.js";
import type { Weight } from "./weightRegions.js";

/** A batch region as the rows of the whole batch: its address is that of the first sample, whatever the shard. */
export class AllRows {
  constructor(readonly region: Region) {}
}

/** An argument of a kernel: a number, or a region whose address goes in its place (0 is the null pointer). */
export type Arg = number | Region | AllRows;

export type Tail<T extends unknown[]> = T extends [unknown, ...infer Rest] ? Rest : [];
export type Args<T extends unknown[]> = { [I in keyof T]: Arg };
/** Of a kernel: numbers. */
export type Parameters<F> = F extends (...args: infer P extends number[]) => void ? P : never;

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

/**
 * Calls that threads share: each call by itself (`call`), or all calls for one block of parameters after the other (`block`: each
 * call gets the block's first element and its end first). All of a stage are done before the next begins.
 */
export interface Stage {
  readonly unit: "call" | "block";
  readonly calls: readonly Call[];
}

/** What the calling thread computes before a stage of the shard phase, on the whole batch, while all shards wait. */
export interface HostCall {
  readonly stage: number;
  /** @param rows of a batch region, those of all samples */
  run(rows: (region: Region) => Float32Array, samples: number): void;
}

/** A step as data: what `fit`, `evaluate` and `predict` replay. */
export interface Program {
  readonly training: boolean;
  /** Samples in a shard, at most. */
  readonly shardSamples: number;
  /** Made anew when the weights have changed. */
  readonly prepare: readonly Stage[];
  /** The shard phase; between two stages all shards wait for each other. Each call gets the shard's samples first. */
  readonly stages: readonly (readonly Call[])[];
  /** In the order of their stages. */
  readonly hosts: readonly HostCall[];
  /** What changes the summed gradients, and the optimizer. */
  readonly update: readonly Stage[];
  /** Run once in the update phase. */
  readonly once: readonly Call[];
  readonly regions: readonly Region[];
  /** The binaries whose kernels are called. */
  readonly packs: ReadonlySet<KernelPack<unknown>>;
  readonly step: Region;
  /** One number a sample each that have to be finite for a training step to count. */
  readonly guards: readonly Region[];
  readonly marks: readonly Mark[];
}

/** What a layer's `record` leaves: its outputs and, beside, its backward pass. */
export interface Recorded {
  readonly outputs: readonly Region[];
  /**
   * From the gradients of the outputs (undefined: of one that nobody uses, if there are several) to those of the inputs
   * (undefined: none wanted). Weight gradients are added to `weight.gradient`. Left out by a layer that only applies others: their passes are recorded already.
   */
  readonly backward?: (dys: readonly (Region | undefined)[]) => readonly (Region | undefined)[];
}

/** A layer that has been recorded, for the way back. */
export interface TapeEntry {
  readonly layer: string;
  readonly inputs: readonly Region[];
  readonly weights: readonly Weight[];
  readonly outputs: readonly Region[];
  readonly backward: NonNullable<Recorded["backward"]>;
}

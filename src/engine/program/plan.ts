import type { Call, Program } from "./programData.js";
import { Region } from "./region.js";

/** Everything is aligned to a cache line. */
const ALIGNMENT = 64;
/** Kernels may read this far past a buffer (never write). */
export const READ_SLACK = 64;

export function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

interface Lifetime {
  readonly region: Region;
  readonly bytes: number;
  /** Index of the first and the last call that names the region. */
  readonly first: number;
  last: number;
}

/** How long each work region is needed, in calls over the whole shard phase. */
function lifetimes(calls: readonly Call[], samples: number): Lifetime[] {
  const found = new Map<Region, Lifetime>();
  for (const [index, call] of calls.entries()) {
    for (const arg of call.args) {
      if (!(arg instanceof Region) || arg.root.home !== "work") continue;
      const region = arg.root;
      const known = found.get(region);
      const bytes = align(region.bytes * (region.perSample ? samples : 1));
      if (known) known.last = index;
      else found.set(region, { region, bytes, first: index, last: index });
    }
  }
  return [...found.values()];
}

/**
 * Gives each region an offset so that regions whose lifetimes meet do not overlap, the largest first, each at the lowest
 * place that is free (greedy by size, as in Pisarchyk and Lee, "Efficient memory management for deep neural net
 * inference", 2020). Returns the bytes needed.
 */
function assignOffsets(all: Lifetime[], begin: number): number {
  const assigned: Lifetime[] = [];
  let end = begin;
  for (const one of all.sort((a, b) => b.bytes - a.bytes)) {
    let offset = begin;
    for (const other of assigned) {
      const meet = other.first <= one.last && one.first <= other.last;
      if (meet && other.region.offset < offset + one.bytes)
        offset = Math.max(offset, other.region.offset + other.bytes);
    }
    one.region.offset = offset;
    assigned.push(one);
    assigned.sort((a, b) => a.region.offset - b.region.offset);
    end = Math.max(end, offset + one.bytes);
  }
  return end;
}

/** Bytes that a program needs besides the model's state, by home. */
export interface ProgramSizes {
  readonly shared: number;
  /** For each sample of the batch. */
  readonly batch: (capacity: number) => number;
  /** One shard's activations and scratch, from its step block on. */
  readonly work: number;
}

/** Gives the regions of a program their offsets in their homes. Batch offsets depend on the capacity: see placeBatch. */
export function planProgram(program: Program): ProgramSizes {
  let shared = 0;
  for (const region of program.regions) {
    if (region.home !== "shared") continue;
    region.offset = shared;
    shared += align(region.bytes);
  }
  const stepEnd = align(program.step.bytes);
  program.step.offset = 0;
  const all = lifetimes(program.stages.flat(), program.shardSamples).filter(({ region }) => region !== program.step);
  const work = assignOffsets(all, stepEnd);
  return { shared, batch: (capacity) => placeBatch(program, capacity), work };
}

/** Gives the batch regions their offsets for `capacity` samples; returns the bytes. */
function placeBatch(program: Program, capacity: number): number {
  let bytes = 0;
  for (const region of program.regions) {
    if (region.home !== "batch") continue;
    region.offset = bytes;
    bytes += align(region.bytes * capacity);
  }
  return bytes;
}

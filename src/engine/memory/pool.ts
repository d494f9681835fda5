// The memories of a process. A model borrows one when it has work and keeps it until another model needs one. So there are few,
// however many models are made and dropped: the collector does not count shared memory and comes late, and a worker at rest
// holds what it has seen.

import { MEMORY_HINT } from "#platform";
import { forgetCollected, onCollected, type Weak, weak } from "./collected.js";
import { isolationRefusal, newMemory } from "./sharing.js";

const PAGE = 65536;
/** What models at rest may hold together: bytes, and memories (a browser's address space ends at about 120). */
export const REST_BYTES = 384 * 2 ** 20;
const REST_COUNT = 32;

/** A model as the pool sees it. */
export interface Tenant {
  /** Whether it needs its memory just now. */
  readonly busy: boolean;
  /** Takes its state along and leaves its memory to others. */
  leave(): void;
}

export interface PooledMemory {
  readonly memory: WebAssembly.Memory;
  /** Why it is not shared with workers, if it is not. */
  readonly refusal: Error | undefined;
  tenant: Weak<Tenant> | undefined;
}

/** Those that were used last come last. */
const pool = new Set<PooledMemory>();
let tenants = 0;
let released = 0;

const bytesOf = (some: readonly PooledMemory[]) => some.reduce((sum, { memory }) => sum + memory.buffer.byteLength, 0);
const free = () => [...pool].filter(({ tenant }) => !tenant?.deref());
const atRest = () => [...pool].filter(({ tenant }) => !tenant?.deref()?.busy);

/** Bytes that have left the pool, at least: workers from before may still hold them. */
export function releasedBytes(): number {
  return released;
}

/** Counts a model that is going to borrow, until it moves out or is collected. */
export function moveIn(tenant: Tenant): void {
  tenants++;
  onCollected(tenant, movedOut, tenant);
}

/** For good. It has given its memory back. */
export function moveOut(tenant: Tenant): void {
  forgetCollected(tenant);
  movedOut();
}

function movedOut(): void {
  tenants--;
  if (tenants === 0) free().forEach(release);
}

function release(one: PooledMemory): void {
  pool.delete(one);
  // Of small ones the number counts.
  released += Math.max(bytesOf([one]), REST_BYTES / REST_COUNT);
}

/** Makes the model at rest leave that has the memory, if one has. */
function evict(one: PooledMemory): void {
  one.tenant?.deref()?.leave();
  one.tenant = undefined;
}

/** The smallest free memory that will do and has at most so many pages. */
function fitting(pages: number, most = 4 * pages): PooledMemory | undefined {
  const fits = free().filter(({ memory, refusal }) => {
    const size = memory.buffer.byteLength / PAGE;
    return size >= pages && size <= most && (!refusal || isolationRefusal());
  });
  return fits.sort((a, b) => bytesOf([a]) - bytesOf([b]))[0];
}

/**
 * A memory of at least so many pages of 64 KiB. What is in it is what its last tenant left there.
 * @throws RangeError if there is no memory
 */
export function borrow(tenant: Tenant, pages: number): PooledMemory {
  let found = fitting(pages);
  for (let others = atRest(); !found && isFull(others.length + 1, others); others = atRest()) {
    const [longest] = others as [PooledMemory];
    evict(longest);
    found = fitting(pages);
    if (!found) release(longest);
  }
  found ??= allocate(pages);
  found.tenant = weak(tenant);
  touch(found);
  return found;
}

/** Marks it as used just now. */
export function touch(one: PooledMemory): void {
  pool.delete(one);
  pool.add(one);
}

export function giveBack(one: PooledMemory): void {
  one.tenant = undefined;
  const others = atRest();
  if (isFull(others.length, others)) release(one);
}

function isFull(count: number, some: readonly PooledMemory[]): boolean {
  return count > REST_COUNT || bytesOf(some) > REST_BYTES;
}

/** Sizes in steps of an eighth of a power of two, so that another model can do with it. What is not used takes no room. */
function rounded(pages: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(pages)) - 3);
  return Math.ceil(pages / step) * step;
}

function allocate(pages: number): PooledMemory {
  const size = rounded(pages);
  for (let again = false; ; again = true) {
    try {
      const made = newMemory(size);
      if (!made.refusal || isolationRefusal() || again) return { ...made, tenant: undefined };
    } catch (cause) {
      if (again) throw noMemory(size, cause as Error);
    }
    atRest().forEach(evict);
    const found = fitting(pages, Infinity);
    if (found) return found;
    free().forEach(release);
  }
}

function noMemory(pages: number, cause: Error): Error {
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return new RangeError(
    `memory: expected ${mib(pages * PAGE)} more for a model, got "${cause.message}" with ${tenants} models alive, ` +
      `${pool.size} of them at work on ${mib(bytesOf([...pool]))}; dispose() models that are done with, let fewer work at ` +
      `a time, or take a smaller batchSize${MEMORY_HINT}`,
    { cause },
  );
}

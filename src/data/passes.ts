// What the operations of a Dataset do in one pass. Each asks for the next element only when it is asked for one itself.

import { messageOf } from "../engine/kernels/kinds.js";
import { RANDOM, randomWords } from "../engine/memory/initialize.js";
import type { PassPosition } from "./samples.js";

/** One pass over elements. */
export type Pass<T> = (position: Required<PassPosition>) => AsyncIterator<T>;

/** Random words that are made at a time. */
const WORDS = 256;

/** The elements of an iterator to its end, or until no more are wanted: it is then closed. */
export async function* each<T>(iterator: AsyncIterator<T> | Iterator<T>): AsyncGenerator<T> {
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await iterator.next();
      if (done) {
        isOver = true;
        return;
      }
      yield value;
    }
  } finally {
    if (!isOver) await iterator.return?.();
  }
}

/** An error that says which element it is about. */
function elementError(where: string, index: number, cause: unknown): Error {
  return new Error(`${where}: element ${index}: ${messageOf(cause)}`, { cause });
}

/** @param open what is iterated over, from its beginning */
export async function* readFrom<T>(
  where: string,
  open: () => AsyncIterator<T> | Iterator<T>,
  skip: number,
): AsyncGenerator<T> {
  let index = 0;
  const elements = each(open());
  try {
    for (;;) {
      let next: IteratorResult<T>;
      try {
        next = await elements.next();
      } catch (error) {
        throw elementError(where, index, error);
      }
      if (next.done) return;
      if (index++ >= skip) yield next.value;
    }
  } finally {
    await elements.return(undefined);
  }
}

/** @param where how errors name the operation */
export async function* mapped<T, U>(
  where: string,
  source: Pass<T>,
  call: (element: T, index: number) => U | Promise<U>,
  position: Required<PassPosition>,
): AsyncGenerator<U> {
  let index = position.skip;
  for await (const element of each(source(position))) {
    let value: U;
    try {
      value = await call(element, index);
    } catch (error) {
      throw elementError(where, index, error);
    }
    yield value;
    index++;
  }
}

/** Lists of `size` elements; the last one may be shorter. */
export async function* grouped<T>(
  source: Pass<T>,
  size: number,
  position: Required<PassPosition>,
): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const element of each(source({ ...position, skip: position.skip * size }))) {
    group.push(element);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

export async function* taken<T>(source: Pass<T>, count: number, position: Required<PassPosition>): AsyncGenerator<T> {
  let left = count - position.skip;
  if (left <= 0) return;
  for await (const element of each(source(position))) {
    yield element;
    if (--left === 0) return;
  }
}

/** One of the next `buffer` elements at a time, as tf.data does it. @param stream which of several shuffles this is */
export async function* shuffled<T>(
  source: Pass<T>,
  buffer: number,
  stream: number,
  position: Required<PassPosition>,
): AsyncGenerator<T> {
  const { pass, seed, skip } = position;
  const below = randomIntegers(seed, stream, pass);
  const held: T[] = [];
  let index = 0;
  const pick = () => {
    const at = below(held.length);
    const picked = held[at]!;
    held[at] = held.at(-1)!;
    held.pop();
    return picked;
  };
  for await (const element of each(source({ ...position, skip: 0 }))) {
    held.push(element);
    if (held.length < buffer) continue;
    const picked = pick();
    if (index++ >= skip) yield picked;
  }
  while (held.length > 0) {
    const picked = pick();
    if (index++ >= skip) yield picked;
  }
}

/** Gives integers from 0 to n - 1, evenly. */
function randomIntegers(seed: number, stream: number, pass: number): (n: number) => number {
  let words: Uint32Array = new Uint32Array(0);
  let used = 0;
  return (n) => {
    const at = used++ % WORDS;
    if (at === 0) words = randomWords(seed, RANDOM.dataset + 256 * stream, pass, used - 1, WORDS).slice();
    return Math.floor((words[at]! / 2 ** 32) * n);
  };
}

/** Pass after pass. @param length of one, if it is known */
export async function* repeated<T>(
  source: Pass<T>,
  count: number,
  length: number | undefined,
  { pass, seed, skip }: Required<PassPosition>,
): AsyncGenerator<T> {
  // Passes over what repeats for ever begin far apart.
  const first = pass * (count === Infinity ? 2 ** 16 : count);
  const isKnown = length !== undefined && length !== Infinity && length > 0;
  let left = skip;
  let i = 0;
  if (isKnown) {
    i = Math.floor(skip / length);
    left = skip % length;
  }
  for (; i < count; i++) {
    const start = { pass: first + i, seed, skip: isKnown ? left : 0 };
    let seen = start.skip;
    for await (const element of each(source(start))) {
      if (++seen > left) yield element;
    }
    if (seen === 0) return;
    left = Math.max(0, left - seen);
  }
}

/** Up to `count` elements are read while the one before them is at work. */
export async function* readAhead<T>(
  source: Pass<T>,
  count: number,
  position: Required<PassPosition>,
): AsyncGenerator<T> {
  const iterator = source(position);
  const queue: Promise<IteratorResult<T>>[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const read = () => {
    const next = last.then(() => iterator.next());
    // It is awaited in its turn.
    last = next.catch(() => {});
    queue.push(next);
  };
  try {
    for (let i = 0; i < count; i++) read();
    for (;;) {
      const { done, value } = await queue.shift()!;
      if (done) return;
      read();
      yield value;
    }
  } finally {
    await last;
    await iterator.return?.();
  }
}

export async function* zipped<T>(
  sources: readonly (readonly [name: string, source: Pass<unknown>])[],
  position: Required<PassPosition>,
): AsyncGenerator<T> {
  const iterators = sources.map(([name, source]) => [name, source(position)] as const);
  try {
    for (;;) {
      const results = await Promise.all(iterators.map(async ([name, it]) => [name, await it.next()] as const));
      if (results.some(([, { done }]) => done)) return;
      yield Object.fromEntries(results.map(([name, { value }]) => [name, value])) as T;
    }
  } finally {
    for (const [, iterator] of iterators) await iterator.return?.();
  }
}

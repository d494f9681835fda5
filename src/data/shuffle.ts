import { RANDOM, randomWords } from "../engine/memory/initialize.js";

/** Random words that are made at a time. */
const WORDS = 1024;

/** A random order of 0 .. count - 1 (Fisher-Yates, from the end), a function of the seed and the epoch. */
export function shuffledOrder(
  count: number,
  seed: number,
  epoch: number,
  purpose: number = RANDOM.shuffle,
): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  let words: Uint32Array = new Uint32Array(0);
  for (let i = count - 1, used = 0; i > 0; i--, used++) {
    if (used % WORDS === 0) words = randomWords(seed, purpose, epoch, used, WORDS);
    const j = Math.floor((words[used % WORDS]! / 2 ** 32) * (i + 1));
    const moved = order[i]!;
    order[i] = order[j]!;
    order[j] = moved;
  }
  return order;
}

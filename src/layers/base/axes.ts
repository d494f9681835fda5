import { checkInteger, show } from "../../base/check.js";
import type { Option } from "../../base/options.js";
import type { Shape } from "../../engine/program/shape.js";

const LEAST = Number.MIN_SAFE_INTEGER;

/** One axis. As in Keras the batch is axis 0, and -1 is the last one. Files of Keras 2 have it in a list. */
export function axis(): Option<number> {
  return {
    check: (where, value) => checkInteger(where, value, LEAST),
    read: (_, value) => (Array.isArray(value) && value.length === 1 ? value[0] : value),
  };
}

/** One axis or several, counted likewise. */
export function axes(): Option<number | readonly number[]> {
  return {
    check(where, value) {
      if (!Array.isArray(value)) return checkInteger(where, value, LEAST);
      if (value.length === 0) throw new RangeError(`${where}: expected an axis or several, got ${show(value)}`);
      return value.map((each) => checkInteger(where, each, LEAST));
    },
    write: (value) => (typeof value === "number" ? value : [...value]),
  };
}

/**
 * The axes of a sample that are meant, in ascending order: 0 is the one after the batch.
 * @throws RangeError if one is the batch, is not there or comes twice
 */
export function axesOf(given: number | readonly number[], { length }: Shape): readonly number[] {
  const list = typeof given === "number" ? [given] : given;
  const found = list.map((each) => (each < 0 ? each + length : each - 1));
  const sorted = [...new Set(found)].sort((a, b) => a - b);
  if (sorted.length < found.length || sorted[0]! < 0 || sorted.at(-1)! >= length || list.includes(0)) {
    const range = `from 1 to ${length} or from -${length} to -1`;
    throw new RangeError(`expected axes ${range}, each once (0 is the batch), got ${show(given)}`);
  }
  return sorted;
}

import { checkInteger, checkPair, show } from "../../base/check.js";
import type { Option } from "../../base/options.js";

type Pair = readonly [number, number];

/** Numbers of rows above and below, and of columns to the left and right. */
export type Sides = readonly [rows: Pair, columns: Pair];

/** One integer for all sides, (height, width), or ((top, bottom), (left, right)). */
export function sides(): Option<Sides, number | Pair | Sides> {
  return {
    check(where, value) {
      if (!Array.isArray(value)) {
        const all = checkInteger(where, value, 0);
        return [[all, all] as const, [all, all] as const];
      }
      if (value.length !== 2) {
        const forms = "an integer, (height, width) or ((top, bottom), (left, right))";
        throw new RangeError(`${where}: expected ${forms}, got ${show(value)}`);
      }
      return [checkPair(`${where}[0]`, value[0], 0), checkPair(`${where}[1]`, value[1], 0)];
    },
    write: (value) => value.map((pair) => [...pair]),
  };
}

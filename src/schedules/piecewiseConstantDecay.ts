import { checkNumber, show } from "../base/check.js";
import type { Option } from "../base/options.js";
import { defineSchedule } from "./schedule.js";

function list(least: number): Option<readonly number[]> {
  return {
    check(where, value) {
      if (!Array.isArray(value)) throw new TypeError(`${where}: expected an array of numbers, got ${show(value)}`);
      return value.map((each, i) => checkNumber(`${where}[${i}]`, each, least));
    },
    write: (value) => [...value],
  };
}

/** values[0] up to and with step boundaries[0], then values[1] up to and with boundaries[1], ...; the last one for ever. */
export class PiecewiseConstantDecay extends defineSchedule("PiecewiseConstantDecay", {
  /** Steps, each greater than the one before. */
  boundaries: list(-Infinity),
  /** One more than boundaries. */
  values: list(0),
}) {
  protected override validate(): void {
    const { boundaries, values, className } = this;
    if (boundaries.length === 0 || values.length !== boundaries.length + 1) {
      const got = `${boundaries.length} boundaries and ${values.length} values`;
      throw new RangeError(
        `${className}: expected at least one boundary and one more value than boundaries, got ${got}`,
      );
    }
    const late = boundaries.findIndex((boundary, i) => i > 0 && boundary <= boundaries[i - 1]!);
    if (late > 0) {
      const expected = `a step greater than ${boundaries[late - 1]}`;
      throw new RangeError(`${className}.boundaries[${late}]: expected ${expected}, got ${boundaries[late]}`);
    }
  }

  at(step: number): number {
    const place = this.boundaries.findIndex((boundary) => step <= boundary);
    return this.values.at(place)!;
  }
}

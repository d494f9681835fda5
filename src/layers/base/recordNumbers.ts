import type { normalization } from "../../engine/kernels/packs/normalization.generated.js";
import type { ProgramBuilder } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";

/** Numbers of a config in memory: eight at a time. */
export function recordNumbers(program: ProgramBuilder, pack: typeof normalization, values: readonly number[]): Region {
  let last: Region | 0 = 0;
  for (let begin = 0; begin < values.length; begin += 8) {
    const eight = Array.from({ length: 8 }, (_, i) => values[begin + i] ?? 0);
    last = program.prepare([last], pack, "givenPut", values.length, values.length, begin, ...eight);
  }
  return last as Region;
}

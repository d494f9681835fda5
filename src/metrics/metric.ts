import type { ProgramBuilder } from "../engine/program.js";
import type { Region } from "../engine/region.js";

export interface Metric {
  /** Records one number a sample; the metric is their mean. */
  record(program: ProgramBuilder, output: Region, target: Region): Region;
}

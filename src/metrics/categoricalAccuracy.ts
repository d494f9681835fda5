import { accuracy } from "../engine/packs/accuracy.generated.js";
import type { ProgramBuilder } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import type { Metric } from "./metric.js";

/** How often the greatest output is at the greatest target. Shapes: both (classes). */
export class CategoricalAccuracy implements Metric {
  record(program: ProgramBuilder, output: Region, target: Region): Region {
    const hits = program.batchRegion([1]);
    program.call(accuracy, "accuracyCategorical", hits, output, target, output.size);
    return hits;
  }
}

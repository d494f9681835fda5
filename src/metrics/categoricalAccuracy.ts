import { lazyPack } from "../engine/kernels.js";
import type { ProgramBuilder } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import { defineMetric } from "./metric.js";

const pack = /* @__PURE__ */ lazyPack(async () => (await import("../engine/packs/accuracy.generated.js")).accuracy);

/** How often the greatest output is at the greatest target. Shapes: both (classes). */
export class CategoricalAccuracy extends defineMetric("CategoricalAccuracy", {}) {
  readonly name = "categorical_accuracy";

  record(program: ProgramBuilder, output: Region, target: Region): Region {
    const hits = program.batchRegion([1]);
    program.call(pack, "accuracyCategorical", hits, output, target, output.size);
    return hits;
  }
}

import { Conv2D } from "wasm-cnn";
import type { Pass } from "./kernels.js";
import type { RecordedUnit } from "./recorded.js";

const SPARSE = /^conv2dBackward(Kernel|Input)(Add)?$/;

/** What bounds a product from its shape alone, for rows below 70 % of the peak. */
export function reasonFor(unit: RecordedUnit, pass: Pass, kernels: readonly string[]): string {
  const { layer, inputShape, samples } = unit;
  const [kernel] = layer.weightSpecs([inputShape]);
  const [inputs, outputs] = kernel!.shape.slice(-2) as [number, number];
  const columns = pass === "input gradient" ? inputs : outputs;
  const reasons: string[] = [];
  if (layer instanceof Conv2D) {
    const run = layer.kernelSize[1] * inputs;
    if (run < 32) reasons.push(`loops over rows of ${run} floats are short`);
    if (kernels.some((name) => SPARSE.test(name))) reasons.push("skips zeros: a load for each multiply-add it does");
    if (kernels.some((name) => name.startsWith("winograd"))) reasons.push("transforms take what the products save");
  } else if (pass === "kernel gradient") {
    reasons.push(`${2 * samples} flops for 8 bytes of dw that are read and written`);
  } else if (samples < 8) {
    reasons.push(`${2 * samples} flops for 4 bytes of w`);
  }
  if (columns % 8) reasons.push(`${columns} of ${Math.ceil(columns / 8) * 8} columns of the tiles are used`);
  return reasons.length ? reasons.join("; ") : "the tile's own pace (above)";
}

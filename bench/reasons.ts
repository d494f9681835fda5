import { Conv2D } from "wasm-cnn";
import type { Pass } from "./kernels.js";
import type { RecordedUnit } from "./recorded.js";

const SPARSE = /^conv2dBackward(Kernel|Input)(Add)?$/;
/** Below this many turns, what a loop takes to begin and end shows. */
const SHORT_LOOP = 32;

/** What holds a product up by its shape alone; empty where nothing does. */
export function reasonsFor(unit: RecordedUnit, pass: Pass, kernels: readonly string[]): string[] {
  const { layer, inputShape, samples } = unit;
  const [kernel] = layer.weightSpecs([inputShape]);
  const [inputs, outputs] = kernel!.shape.slice(-2) as [number, number];
  const isSparse = kernels.some((name) => SPARSE.test(name));
  const reasons: string[] = [];
  if (layer instanceof Conv2D) {
    const run = layer.kernelSize[1] * inputs;
    if (run < SHORT_LOOP) reasons.push(`loops over rows of ${run} floats are short`);
    if (isSparse) reasons.push("skips zeros: a load for each multiply-add it does");
    if (kernels.some((name) => name.startsWith("winograd"))) reasons.push("its transforms come on top of its products");
  } else if (pass === "kernel gradient") {
    reasons.push(`${2 * samples} flops for 8 bytes of dw that are read and written`);
  } else {
    const terms = pass === "forward" ? inputs : outputs;
    if (samples < 8) reasons.push(`${2 * samples} flops for 4 bytes of w`);
    if (terms < SHORT_LOOP) reasons.push(`loops over ${terms} terms are short`);
  }
  const columns = pass === "input gradient" ? inputs : outputs;
  if (columns % 8 && !isSparse)
    reasons.push(`${columns} of ${Math.ceil(columns / 8) * 8} columns of the tiles are used`);
  return reasons;
}

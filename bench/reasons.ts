import { Conv2D, Dense } from "wasm-cnn";
import type { Pass } from "./kernels.js";
import type { RecordedLayer, RecordedUnit } from "./recorded.js";

const SPARSE = /^conv2dBackward(Kernel|Input)(Add)?$/;
/** Below this many turns, what a loop takes to begin and end shows. */
const SHORT_LOOP = 32;

type Product = Pick<RecordedUnit, "layer" | "inputShape" | "samples">;

/** What holds a product up by its shape alone; empty where nothing does. */
export function reasonsFor(unit: Product, pass: Pass, kernels: readonly string[]): string[] {
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

/** Below this many bytes a pass lies in the first cache. */
const FIRST_CACHE = 32 << 10;

/** What the kernels do besides what the limit counts: names of kernels, and why it takes longer. */
const BESIDES: readonly (readonly [RegExp, string])[] = [
  [/^channel(Moments|Sums)/, "sums over the batch come first: its input is read once more"],
  [/^pad/, "zeros are put around the input first: a pass of its own"],
  [/^depthwise/, "a load for each one or two multiply-adds, which the limit does not count"],
  [/^im2col/, "its windows are copied side by side first"],
  [/^(sigmoid|silu|softmax|tanh|gelu|hardSi)/, "dozens of operations a number, where a copy has none"],
  [/^maxPool.*Backward/, "the largest of each window is looked for again, and all of its places are written"],
];

/** What holds up a pass of any layer by its shape and by what its kernels do. @param bytes that the limit counts */
export function layerReasons(
  recorded: RecordedLayer,
  pass: string,
  { kernels, bytes }: { readonly kernels: readonly string[]; readonly bytes: number },
): string[] {
  const { layer, inputShapes, samples } = recorded;
  const reasons = BESIDES.filter(([name]) => kernels.some((kernel) => name.test(kernel))).map(([, reason]) => reason);
  if (layer instanceof Conv2D || layer instanceof Dense) {
    reasons.push(...reasonsFor({ layer, inputShape: inputShapes[0]!, samples }, pass as Pass, kernels));
  }
  if (kernels.length > 1) reasons.push(`${kernels.length} kernels, each with a pass of its own`);
  if (bytes < FIRST_CACHE)
    reasons.push(`${Math.ceil(bytes / 1024)} KiB: a loop that only copies is done before arithmetic has begun`);
  return reasons;
}

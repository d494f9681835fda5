import type { JsonObject } from "./jsonValue.js";
import type { FileRef } from "./kerasNodes.js";
import { type KnownFunction, type Operand, type Step, step } from "./kerasSteps.js";

// Functions that make one number of all along some axes.

/** Whether these are the axes of the places of an image, or of a series. */
const places = (axis: unknown): "2D" | "1D" | undefined => {
  const axes = Array.isArray(axis) ? [...axis].sort((a, b) => a - b).join() : String(axis);
  return axes === "1,2" || axes === "-3,-2" ? "2D" : axes === "1" || axes === "-2" ? "1D" : undefined;
};

/** Pooling over all places is a layer of its own; `global` is how that is called. */
function reduced(operation: string, global?: string) {
  return ({ axis, keepdims = false }: JsonObject, x: Operand): Step | undefined => {
    if (axis === undefined) return undefined;
    const rank = global && places(axis);
    // A series has three axes; the file of Keras 2 does not say how many there are.
    const isPlaces = rank === "2D" || (rank === "1D" && "shape" in x && x.shape?.length === 3);
    return isPlaces
      ? step(`Global${global}Pooling${rank}`, { keepdims }, x)
      : step("Reduction", { operation, axis, keepdims }, x);
  };
}

const reduction = (operation: string, global?: string): KnownFunction => ({
  options: ["axis", "keepdims"],
  positional: ["axis", "keepdims"],
  steps: reduced(operation, global),
});

const squared = (x: Operand) => step("Multiply", {}, x, x);
const root = (x: Operand) => step("Power", { exponent: 0.5 }, x);

function variance({ axis, keepdims = false }: JsonObject, x: FileRef): Step | undefined {
  const mean = reduced("mean")({ axis, keepdims: true }, x);
  return mean && reduced("mean")({ axis, keepdims }, squared(step("Subtract", {}, x, mean)));
}

/** ln of the sum of e^x, by what is left of x below its greatest: no number is too large. */
function logSumExp({ axis, keepdims = false }: JsonObject, x: FileRef): Step | undefined {
  if (axis === undefined) return undefined;
  const greatest = (kept: unknown) => step("Reduction", { operation: "max", axis, keepdims: kept }, x);
  const powers = step("Activation", { activation: "exponential" }, step("Subtract", {}, x, greatest(true)));
  const sum = step("Reduction", { operation: "sum", axis, keepdims }, powers);
  return step("Add", {}, step("Log", {}, sum), greatest(keepdims));
}

const moments: KnownFunction = {
  options: ["axes", "keepdims", "synchronized"],
  positional: ["axes"],
  steps({ axes: axis, keepdims = false }, x) {
    const [mean, squares] = [reduced("mean")({ axis, keepdims }, x), variance({ axis, keepdims }, x)];
    return mean && squares && [mean, squares];
  },
};

const norm: KnownFunction = {
  options: ["ord", "axis", "keepdims"],
  positional: ["ord", "axis", "keepdims"],
  steps({ ord = "euclidean", ...options }, x) {
    const sum = reduced("sum")(options, squared(x));
    // Of matrices, 2 means another one.
    const isEuclidean = ord === "euclidean" || ord === (Array.isArray(options.axis) ? "fro" : 2);
    return sum && isEuclidean ? root(sum) : undefined;
  },
};
const normalize: KnownFunction = {
  options: ["axis", "order", "epsilon"],
  positional: ["axis"],
  steps: ({ axis = -1, order = 2 }, x) => (order === 2 ? step("UnitNormalization", { axis }, x) : undefined),
};

const standardDeviation = (options: JsonObject, x: FileRef) => {
  const squares = variance(options, x);
  return squares && root(squares);
};

/** By the names of both dialects, in snake case and without modules. */
export const REDUCTIONS: Readonly<Record<string, KnownFunction>> = {
  sum: reduction("sum"),
  reduce_sum: reduction("sum"),
  mean: reduction("mean", "Average"),
  reduce_mean: reduction("mean", "Average"),
  max: reduction("max", "Max"),
  amax: reduction("max", "Max"),
  reduce_max: reduction("max", "Max"),
  min: reduction("min"),
  amin: reduction("min"),
  reduce_min: reduction("min"),
  var: { ...reduction("mean"), steps: variance },
  reduce_variance: { ...reduction("mean"), steps: variance },
  std: { ...reduction("mean"), steps: standardDeviation },
  reduce_std: { ...reduction("mean"), steps: standardDeviation },
  logsumexp: { ...reduction("mean"), steps: logSumExp },
  reduce_logsumexp: { ...reduction("mean"), steps: logSumExp },
  moments,
  norm,
  normalize,
  l2_normalize: normalize,
};

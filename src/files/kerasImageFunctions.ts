import type { JsonObject } from "./jsonValue.js";
import { REDUCTIONS } from "./kerasReductions.js";
import { type KnownFunction, numbersOf, type Operand, rankOf, type Step, sizeAlong, step } from "./kerasSteps.js";
import { alongAxis, joined } from "./kerasTensorFunctions.js";

// Functions on images: borders, blocks of places, windows, colours.

const isList = Array.isArray;
type Sides = readonly (readonly [before: number, after: number])[];
const isNone = (side: Sides[number] | undefined) => !side || side.every((count) => count === 0);
const asStep = (x: Operand): Step => ("className" in x ? x : step("Identity", {}, x));

/** @param sides of all axes but that of the batch */
function withZeros(sides: Sides, x: Operand): Step | undefined {
  if (sides.length === 2 && isNone(sides[1])) return step("ZeroPadding1D", { padding: sides[0] }, x);
  if (sides.length !== 3) return undefined;
  const [height, width, channels] = sides;
  const around: Operand = isNone(height) && isNone(width) ? x : step("ZeroPadding2D", { padding: [height, width] }, x);
  if (isNone(channels)) return asStep(around);
  // With the channels in the place of the height.
  const turned = step("Permute", { dims: [3, 1, 2] }, around);
  return step("Permute", { dims: [2, 3, 1] }, step("ZeroPadding2D", { padding: [channels, [0, 0]] }, turned));
}

/** A number around: zeros in the place of it, and it where there are zeros around ones. */
function withNumber(value: number, sides: Sides, x: Operand): Step | undefined {
  const inside = withZeros(sides, x);
  const ones = withZeros(sides, step("Rescaling", { scale: 0, offset: 1 }, x));
  return inside && ones && step("Add", {}, inside, step("Rescaling", { scale: -value, offset: value }, ones));
}

/** What lies inside once more, mirrored. @param at the border between the first index and its image, 0, or on the first index, 1 */
function withMirrored(at: 0 | 1, sides: Sides, x: Operand): Step | undefined {
  let y: Operand | undefined = x;
  for (const [i, [before, after]] of sides.entries()) {
    const ranges = [
      ...(before > 0 ? [[before - 1 + at, at === 0 ? null : 0, -1]] : []),
      [null, null, null],
      ...(after > 0 ? [[-1 - at, -1 - at - after, -1]] : []),
    ];
    if (y && ranges.length > 1) y = joined(i + 1, ranges, y);
  }
  return y && asStep(y);
}

const pad: KnownFunction = {
  options: ["pad_width", "paddings", "mode", "constant_values"],
  positional: ["pad_width", "mode"],
  steps({ pad_width, paddings = pad_width, mode = "constant", constant_values: value }, x) {
    const given = numbersOf(paddings);
    const isSides = isList(given) && given.every((side) => isList(side) && side.length === 2);
    if (!isSides || !isNone(given[0] as Sides[number])) return undefined;
    const sides = given.slice(1) as unknown as Sides;
    switch (String(mode).toLowerCase()) {
      case "constant":
        return value ? withNumber(value as number, sides, x) : withZeros(sides, x);
      case "reflect":
        return withMirrored(1, sides, x);
      case "symmetric":
        return withMirrored(0, sides, x);
      default:
        return undefined;
    }
  },
};

const ofBlocks = (className: string): KnownFunction => ({
  options: ["block_size", "data_format"],
  positional: ["block_size"],
  steps({ block_size, data_format }, x) {
    const isLast = data_format === undefined || data_format === "NHWC" || data_format === "channels_last";
    return isLast ? step(className, { block_size }, x) : undefined;
  },
});

/** Of a window or its steps: TensorFlow may say those of the batch and the channels too. */
const ofPlaces = (value: unknown) => (isList(value) && value.length === 4 ? value.slice(1, 3) : value);

function pooling(kind: string, rank?: "1D" | "2D"): KnownFunction {
  return {
    options: ["pool_size", "ksize", "strides", "padding"],
    positional: ["pool_size", "strides", "padding"],
    steps({ ksize, pool_size = ksize, strides = pool_size, padding = "valid" }, x) {
      const ofRank = { 3: "1D", 4: "2D" };
      const dimensions = rank ?? (isList(ksize) && ksize.length === 4 ? "2D" : ofRank[rankOf(x) as 3]);
      if (dimensions === undefined) return undefined;
      const [size, steps] = [ofPlaces(pool_size), ofPlaces(strides)];
      const options = { pool_size: size, strides: steps, padding: String(padding).toLowerCase() };
      return step(`${kind}Pooling${dimensions}`, options, x);
    },
  };
}

const alone = (steps: (x: Operand) => Step | undefined): KnownFunction => ({ options: [], steps: (_, x) => steps(x) });

const grayscale = alone((x) => {
  const weighed = step("Rescaling", { scale: [0.2989, 0.587, 0.114], offset: 0 }, x);
  return step("Reduction", { operation: "sum", axis: -1, keepdims: true }, weighed);
});

/** Less its mean, divided by its standard deviation, which counts as that of noise at least. */
const standardized: KnownFunction = {
  options: [],
  steps(_, x) {
    const over: JsonObject = { axis: [1, 2, 3], keepdims: true };
    const mean = step("Reduction", { operation: "mean", ...over }, x);
    const deviation = REDUCTIONS.std!.steps(over, x) as Step;
    const count = [1, 2, 3].reduce((product, axis) => product * sizeAlong(x, axis), 1);
    const least = step("Clip", { min: 1 / Math.sqrt(count) }, deviation);
    return step("Divide", {}, step("Subtract", {}, x, mean), least);
  },
};

/** By the names of both dialects, in snake case and without modules. */
export const IMAGE_FUNCTIONS: Readonly<Record<string, KnownFunction>> = {
  pad,
  depth_to_space: ofBlocks("DepthToSpace"),
  space_to_depth: ofBlocks("SpaceToDepth"),
  average_pool: pooling("Average"),
  avg_pool: pooling("Average"),
  avg_pool1d: pooling("Average", "1D"),
  avg_pool2d: pooling("Average", "2D"),
  max_pool: pooling("Max"),
  max_pool1d: pooling("Max", "1D"),
  max_pool2d: pooling("Max", "2D"),
  flip_left_right: alone((x) => alongAxis(2, [null, null, -1], x)),
  flip_up_down: alone((x) => alongAxis(1, [null, null, -1], x)),
  grayscale_to_rgb: alone((x) => step("Concatenate", { axis: -1 }, x, x, x)),
  rgb_to_grayscale: grayscale,
  per_image_standardization: standardized,
};

import { isObject, own } from "./jsonValue.js";
import type { FileRef } from "./kerasNodes.js";
import { REDUCTIONS } from "./kerasReductions.js";
import { type KnownFunction, type Operand, rankOf, type Step, sizeAlong, step } from "./kerasSteps.js";

// Functions that change the axes of tensors, or take parts of them.

const isList = Array.isArray;

/** A part of a tensor. What is taken along the batch has to be all of it. */
function sliced(at: readonly unknown[], x: Operand): Step | undefined {
  const [samples, ...rest] = at;
  const isAll = samples === "..." || (isList(samples) && samples.every((bound) => bound === null));
  return isAll ? step("Slice", { at: samples === "..." ? at : rest }, x) : undefined;
}

const ALL = [null, null, null];

/** What is taken along one axis, counted with the batch, is `value`, and all of the others. */
function alongAxis(axis: unknown, value: unknown, x: Operand): Step | undefined {
  if (!Number.isInteger(axis) || axis === 0) return undefined;
  const index = axis as number;
  return index > 0
    ? sliced([...new Array(index).fill(ALL), value], x)
    : sliced(["...", value, ...new Array(-1 - index).fill(null)], x);
}

const expandDims: KnownFunction = {
  options: ["axis"],
  positional: ["axis"],
  steps: ({ axis }, x) => alongAxis(axis, "newaxis", x),
};
const squeeze: KnownFunction = {
  options: ["axis"],
  positional: ["axis"],
  steps: ({ axis }, x) => alongAxis(isList(axis) && axis.length === 1 ? axis[0] : axis, 0, x),
};
const flip: KnownFunction = {
  options: ["axis"],
  positional: ["axis"],
  steps({ axis }, x) {
    const [first, ...others] = isList(axis) ? axis : [axis];
    const last = (from: Operand | undefined, one: unknown) => from && alongAxis(one, [null, null, -1], from);
    return others.reduce<Step | undefined>(last, last(x, first));
  },
};

/** `x[...]`: indices and slices as each of the dialects has them. */
const getItem: KnownFunction = {
  options: ["key", "slice_spec"],
  positional: ["key"],
  steps({ key, slice_spec = key }, x) {
    const list = isList(slice_spec) ? slice_spec : [slice_spec];
    const at = list.map((each) => {
      const kind = own(each, "class_name");
      if (kind === "__ellipsis__" || kind === "__Ellipsis__") return "...";
      const range = kind === "__slice__" ? own(each, "config") : each;
      if (isObject(range)) return ["start", "stop", "step"].map((name) => own(range, name) ?? null);
      return each === null ? "newaxis" : each;
    });
    return sliced(at, x);
  },
};

const split: KnownFunction = {
  options: ["indices_or_sections", "num_or_size_splits", "axis"],
  positional: ["indices_or_sections", "axis"],
  steps({ indices_or_sections, num_or_size_splits, axis = 0 }, x) {
    const index = axis as number;
    let ends: readonly number[];
    if (isList(indices_or_sections)) ends = indices_or_sections;
    else if (isList(num_or_size_splits)) {
      let end = 0;
      ends = num_or_size_splits.slice(0, -1).map((size) => (end += size));
    } else {
      const parts = (indices_or_sections ?? num_or_size_splits) as number;
      const size = sizeAlong(x, index) / parts;
      ends = Array.from({ length: parts - 1 }, (_, i) => (i + 1) * size);
    }
    const found = [...ends, null].map((end, i) => alongAxis(index, [i === 0 ? null : ends[i - 1]!, end, null], x));
    return allOf(found);
  },
};
const unstack: KnownFunction = {
  options: ["num", "axis"],
  positional: ["num", "axis"],
  steps: ({ axis = 0 }, x) =>
    allOf(Array.from({ length: sizeAlong(x, axis as number) }, (_, i) => alongAxis(axis, i, x))),
};
const allOf = (steps: readonly (Step | undefined)[]) =>
  steps.includes(undefined) ? undefined : (steps as readonly Step[]);

const stack: KnownFunction = {
  options: ["axis"],
  positional: ["axis"],
  steps({ axis = 0 }, ...inputs) {
    const rows = allOf(inputs.map((x) => alongAxis(axis, "newaxis", x)));
    return rows && step("Concatenate", { axis }, ...rows);
  },
};
const concatenate = (fallback?: number): KnownFunction => ({
  options: ["axis"],
  positional: ["axis"],
  steps: ({ axis = fallback }, ...inputs) => step("Concatenate", { axis }, ...inputs),
});

/** As often along each axis as `repeats` says. */
function tiled(repeats: readonly unknown[], x: FileRef): Step | undefined {
  const [samples, ...rest] = repeats;
  if (samples !== 1) return undefined;
  const along = (from: Operand, count: unknown, axis: number): Operand =>
    count === 1 ? from : step("Concatenate", { axis: axis + 1 }, ...new Array<Operand>(count as number).fill(from));
  const tiles = rest.reduce<Operand>(along, x);
  return "className" in tiles ? tiles : step("Identity", {}, tiles);
}

const tile: KnownFunction = {
  options: ["repeats", "multiples"],
  positional: ["repeats"],
  steps({ repeats, multiples = repeats }, x) {
    return isList(multiples) ? tiled(multiples, x) : undefined;
  },
};
const repeat: KnownFunction = {
  options: ["repeats", "axis"],
  positional: ["repeats", "axis"],
  steps({ repeats, axis }, x) {
    const rank = rankOf(x);
    const index = (axis as number) < 0 ? (axis as number) + rank : (axis as number);
    if (x.shape?.[index] === 1)
      return tiled(
        Array.from(x.shape, (_, i) => (i === index ? repeats : 1)),
        x,
      );
    if (rank === 3 && index === 1) return step("UpSampling1D", { size: repeats }, x);
    if (rank !== 4 || (index !== 1 && index !== 2)) return undefined;
    return step("UpSampling2D", { size: index === 1 ? [repeats, 1] : [1, repeats] }, x);
  },
};
const grayscaleToRgb: KnownFunction = {
  options: [],
  steps: (_, x) => step("Concatenate", { axis: -1 }, x, x, x),
};

const reshape: KnownFunction = {
  options: ["newshape", "shape"],
  positional: ["shape"],
  steps({ newshape, shape = newshape }, x) {
    const [samples, ...rest] = isList(shape) ? shape : [];
    return samples === -1 || samples === null ? step("Reshape", { target_shape: rest }, x) : undefined;
  },
};
const permuted = (order: readonly unknown[], x: Operand): Step | undefined => {
  const [samples, ...dims] = order;
  return samples === 0 ? step("Permute", { dims }, x) : undefined;
};
const transpose: KnownFunction = {
  options: ["axes", "perm", "conjugate"],
  positional: ["axes"],
  steps: ({ axes, perm = axes, conjugate = false }, x) => (isList(perm) && !conjugate ? permuted(perm, x) : undefined),
};
const swapaxes: KnownFunction = {
  options: ["axis1", "axis2"],
  positional: ["axis1", "axis2"],
  steps({ axis1, axis2 }, x) {
    const order = Array.from({ length: rankOf(x) }, (_, i) => i);
    const [a, b] = [order.at(axis1 as number)!, order.at(axis2 as number)!];
    return permuted(order.with(a, b).with(b, a), x);
  },
};
const moveaxis: KnownFunction = {
  options: ["source", "destination"],
  positional: ["source", "destination"],
  steps({ source, destination }, x) {
    if (isList(source) || isList(destination)) return undefined;
    const order = Array.from({ length: rankOf(x) }, (_, i) => i);
    const [from, to] = [order.at(source as number)!, order.at(destination as number)!];
    return permuted(order.toSpliced(from, 1).toSpliced(to, 0, from), x);
  },
};

/** Of a product of matrices, one for each sample. */
const matmul: KnownFunction = {
  options: ["transpose_a", "transpose_b"],
  steps({ transpose_a = false, transpose_b = false }, a, b) {
    const isMatrices = b && rankOf(a) === 3 && rankOf(b) === 3;
    return isMatrices ? step("Dot", { axes: [transpose_a ? 1 : 2, transpose_b ? 2 : 1] }, a, b) : undefined;
  },
};

const NONE = "0,0";
const pad: KnownFunction = {
  options: ["pad_width", "paddings", "mode", "constant_values"],
  positional: ["pad_width", "mode"],
  steps({ pad_width, paddings = pad_width, mode = "constant", constant_values: value }, x) {
    if (!isList(paddings) || String(mode).toLowerCase() !== "constant" || value) return undefined;
    const [samples, ...sides] = paddings;
    if (String(samples) !== NONE) return undefined;
    if (sides.length === 2 && String(sides[1]) === NONE) return step("ZeroPadding1D", { padding: sides[0] }, x);
    if (sides.length !== 3) return undefined;
    const [height, width, channels] = sides;
    const around: Operand =
      String([height, width]) === String([NONE, NONE]) ? x : step("ZeroPadding2D", { padding: [height, width] }, x);
    if (String(channels) === NONE) return "className" in around ? around : step("Identity", {}, around);
    // With the channels in the place of the height.
    const turned = step("Permute", { dims: [3, 1, 2] }, around);
    return step("Permute", { dims: [2, 3, 1] }, step("ZeroPadding2D", { padding: [channels, [0, 0]] }, turned));
  },
};

/** (H, W, b b C) to (b H, b W, C), or back. */
const betweenDepthAndSpace = (toSpace: boolean): KnownFunction => ({
  options: ["block_size"],
  positional: ["block_size"],
  steps({ block_size }, x) {
    const b = block_size as number;
    const [height, width, channels] = [1, 2, 3].map((axis) => sizeAlong(x, axis)) as [number, number, number];
    const [h, w, c] = toSpace ? [height, width, channels / b ** 2] : [height / b, width / b, channels];
    const parts = step("Reshape", { target_shape: toSpace ? [h, w, b, b, c] : [h, b, w, b, c] }, x);
    const shape = toSpace ? [h * b, w * b, c] : [h, w, b * b * c];
    return step("Reshape", { target_shape: shape }, step("Permute", { dims: [1, 3, 2, 4, 5] }, parts));
  },
});

function pooling(kind: string): KnownFunction {
  return {
    options: ["pool_size", "strides", "padding"],
    steps({ pool_size, strides = pool_size, padding }, x) {
      const rank = { 3: "1D", 4: "2D" }[rankOf(x)];
      return rank === undefined ? undefined : step(`${kind}Pooling${rank}`, { pool_size, strides, padding }, x);
    },
  };
}

/** By the names of both dialects, in snake case and without modules. */
export const TENSOR_FUNCTIONS: Readonly<Record<string, KnownFunction>> = {
  ...REDUCTIONS,
  get_item: getItem,
  getitem: getItem,
  expand_dims: expandDims,
  squeeze,
  flip,
  reverse: flip,
  split,
  unstack,
  stack,
  concatenate: concatenate(-1),
  concat: concatenate(),
  tile,
  repeat,
  grayscale_to_rgb: grayscaleToRgb,
  reshape,
  transpose,
  swapaxes,
  moveaxis,
  matmul,
  pad,
  depth_to_space: betweenDepthAndSpace(true),
  space_to_depth: betweenDepthAndSpace(false),
  average_pool: pooling("Average"),
  max_pool: pooling("Max"),
};

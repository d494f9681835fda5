import { isObject, own } from "./jsonValue.js";
import { FileRef } from "./kerasNodes.js";
import { REDUCTIONS } from "./kerasReductions.js";
import { type KnownFunction, numbersOf, type Operand, rankOf, type Step, sizeAlong, step } from "./kerasSteps.js";

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
export function alongAxis(axis: unknown, value: unknown, x: Operand): Step | undefined {
  if (!Number.isInteger(axis) || axis === 0) return undefined;
  const index = axis as number;
  return index > 0
    ? sliced([...new Array(index).fill(ALL), value], x)
    : sliced(["...", value, ...new Array(-1 - index).fill(null)], x);
}

/** Parts along one axis, one after the other. */
export function joined(axis: number, ranges: readonly unknown[], x: Operand): Step | undefined {
  const parts = allOf(ranges.map((range) => alongAxis(axis, range, x)));
  return parts && step("Concatenate", { axis }, ...parts);
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
export const allOf = (steps: readonly (Step | undefined)[]) =>
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
/** What lies at given indices along an axis. */
const take: KnownFunction = {
  options: ["indices", "axis", "batch_dims"],
  positional: ["indices", "axis"],
  steps({ indices, axis, batch_dims = 0 }, x) {
    const found = numbersOf(indices);
    if (batch_dims !== 0 || !Number.isInteger(axis)) return undefined;
    if (!isList(found)) return alongAxis(axis, found, x);
    const ranges = found.map((index) => [index, index === -1 ? null : (index as number) + 1, null]);
    return ranges.length > 0 ? joined(axis as number, ranges, x) : undefined;
  },
};
/** Further along an axis; what leaves it comes in at its other end. */
const roll: KnownFunction = {
  options: ["shift", "axis"],
  positional: ["shift", "axis"],
  steps({ shift, axis }, x) {
    const [shifts, axes] = [[shift].flat(), [axis].flat()];
    if (shifts.length !== axes.length || ![...shifts, ...axes].every(Number.isInteger)) return undefined;
    let y: Operand | undefined = x;
    for (const [i, along] of axes.entries()) {
      const start = -(shifts[i] as number);
      // From there on, and then what is before it.
      const ranges = [
        [start, null, null],
        [null, start, null],
      ];
      y = y && start !== 0 ? joined(along as number, ranges, y) : y;
    }
    return y && (y instanceof FileRef ? step("Identity", {}, y) : y);
  },
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
  reshape,
  transpose,
  swapaxes,
  moveaxis,
  matmul,
  take,
  gather: take,
  roll,
};

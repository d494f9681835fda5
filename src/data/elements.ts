// Elements of Datasets: samples out of arrays, and batches out of samples.

import { show } from "../base/check.js";
import { arrayKind } from "../engine/kernels/kinds.js";
import type { BatchElement, Data, NumberArray, SampleWeight, ShapedNumbers } from "./samples.js";
import { type Sample, type StackedNumbers, stackAs } from "./stack.js";

/** One sample with its target and what it counts; `x` and `y` also by name. */
export interface SampleElement {
  readonly x: Sample | Readonly<Record<string, Sample>>;
  readonly y?: Sample | Readonly<Record<string, Sample>> | undefined;
  readonly sampleWeight?: Sample | Readonly<Record<string, Sample>> | undefined;
}

/** Data of which each sample becomes an element. */
export interface ArrayElements {
  readonly x: Data;
  readonly y?: Data | undefined;
  readonly sampleWeight?: SampleWeight | undefined;
}

/** How many samples there are, and each of them. */
interface Slices<T> {
  readonly count: number;
  at(index: number): T;
}

/** @throws TypeError for what is no data, RangeError for parts of different length */
export function sliceArrays(where: string, { x, y, sampleWeight }: ArrayElements): Slices<SampleElement> {
  const xs = slicesOf(`${where}: x`, x);
  const ys = y === undefined ? undefined : slicesOf(`${where}: y`, y);
  const weights = sampleWeight === undefined ? undefined : slicesOf(`${where}: sampleWeight`, sampleWeight as Data);
  const { count } = xs;
  for (const [name, part] of [["y", ys] as const, ["sampleWeight", weights] as const]) {
    if (!part || part.count === count) continue;
    throw new RangeError(`${where}: expected as many samples in ${name} as in x, ${count}, got ${part.count}`);
  }
  return {
    count,
    at: (index) => ({
      x: xs.at(index),
      ...(ys && { y: ys.at(index) }),
      ...(weights && { sampleWeight: weights.at(index) }),
    }),
  };
}

function slicesOf(where: string, data: Data): Slices<Sample | Record<string, Sample>> {
  if (arrayKind(data) || Array.isArray(data)) {
    const list = data as readonly Sample[];
    return { count: list.length, at: (index) => list[index]! };
  }
  if (isShaped(data)) return shapedSlices(where, data);
  if (typeof data !== "object" || data === null) {
    throw new TypeError(
      `${where}: expected { data, shape }, an array or an object of these by name, got ${show(data)}`,
    );
  }
  const parts = Object.entries(data as Record<string, Data>).map(
    ([name, each]) => [name, slicesOf(`${where}.${name}`, each)] as const,
  );
  const count = parts[0]?.[1].count ?? 0;
  const uneven = parts.find(([, part]) => part.count !== count);
  if (uneven) {
    throw new RangeError(`${where}.${uneven[0]}: expected ${count} samples as the others have, got ${uneven[1].count}`);
  }
  return { count, at: (index) => Object.fromEntries(parts.map(([name, part]) => [name, part.at(index) as Sample])) };
}

function isShaped(data: unknown): data is ShapedNumbers {
  return typeof data === "object" && data !== null && "data" in data && "shape" in data && Array.isArray(data.shape);
}

function shapedSlices(where: string, { data, shape }: ShapedNumbers): Slices<Sample> {
  const [count = 0, ...rest] = shape;
  const size = rest.reduce((product, each) => product * each, 1);
  if (data.length !== count * size) {
    throw new RangeError(`${where}: expected ${count * size} numbers for shape ${show(shape)}, got ${data.length}`);
  }
  if (rest.length === 0) return { count, at: (index) => data[index]! };
  const slice = (begin: number, end: number): NumberArray =>
    "subarray" in data ? (data as Float32Array).subarray(begin, end) : (data as number[]).slice(begin, end);
  return { count, at: (index) => ({ data: slice(index * size, (index + 1) * size), shape: rest }) };
}

type Stacked = StackedNumbers | Record<string, StackedNumbers>;

/** Data as arrays of bytes or 32-bit floats, in place where they are such. @throws TypeError, RangeError for what is no data */
export function stackedData(where: string, data: Data): Stacked {
  const { count, at } = slicesOf(where, data);
  if (isShaped(data)) {
    const kind = arrayKind(data.data) ?? "";
    const isPlain = /^Uint8|^Float32/.test(kind);
    return { data: (isPlain ? data.data : Float32Array.from(data.data)) as Float32Array, shape: [...data.shape] };
  }
  if (arrayKind(data) || Array.isArray(data))
    return stackNamed(
      where,
      Array.from({ length: count }, (_, i) => at(i)),
    );
  const entries = Object.entries(data as Record<string, Data>);
  return Object.fromEntries(
    entries.map(([name, each]) => [name, stackedData(`${where}.${name}`, each) as StackedNumbers]),
  );
}

/** @throws TypeError, RangeError for samples that do not go together */
export function batchOf(where: string, elements: readonly SampleElement[]): BatchElement {
  const part = (name: "x" | "y" | "sampleWeight") => {
    const parts = elements.map((element) => (element as Partial<SampleElement> | null | undefined)?.[name]);
    if (name !== "x" && parts.every((each) => each === undefined)) return undefined;
    return stackNamed(`${where}: ${name}`, parts as Sample[]);
  };
  const [y, sampleWeight] = [part("y"), part("sampleWeight")];
  return {
    x: part("x")!,
    ...(y && { y }),
    ...(sampleWeight && { sampleWeight }),
  };
}

function stackNamed(where: string, samples: readonly (Sample | Record<string, Sample>)[]): Stacked {
  const [first] = samples;
  const isRecord = typeof first === "object" && !Array.isArray(first) && !arrayKind(first) && !isShaped(first);
  if (!isRecord || first === null) return stackAs(where, samples as readonly Sample[]);
  const names = Object.keys(first);
  return Object.fromEntries(
    names.map((name) => [
      name,
      stackAs(
        `${where}.${name}`,
        samples.map((sample) => (sample as Record<string, Sample>)[name]!),
      ),
    ]),
  );
}

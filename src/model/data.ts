// Data as users give it becomes rows: one array for each input and output of a model.

import { show } from "../base/check.js";
import type { Data, SampleWeight } from "../data/samples.js";
import { formatShape, type Shape } from "../engine/program/shape.js";
import type { OutputSettings } from "../graph/modelProgram.js";
import type { DataRows } from "./batch.js";
import { numbersOf, type Rows, type Samples, toRows } from "./rows.js";

export type { Data, SampleWeight };

export interface Named {
  readonly name: string;
  /** Of one sample; NaN where open. Undefined: the data decides. */
  readonly shape: Shape | undefined;
}

/** The samples of each input or output. @throws TypeError for data of another form, RangeError for missing or unknown names */
function byName(where: string, data: Data, names: readonly string[]): readonly Samples[] {
  const isRecord =
    typeof data === "object" &&
    data !== null &&
    !Array.isArray(data) &&
    !ArrayBuffer.isView(data) &&
    !("data" in data && "shape" in data && !names.includes("data"));
  if (!isRecord) {
    if (names.length === 1) return [data as Samples];
    const list = names.map((name) => `"${name}"`).join(", ");
    throw new TypeError(`${where}: expected an object with samples by name, ${list}, got ${show(data)}`);
  }
  const record = data as Readonly<Record<string, Samples>>;
  if (names.length === 1 && !Object.hasOwn(record, names[0]!)) return [record as unknown as Samples];
  for (const name of Object.keys(record)) {
    if (names.includes(name)) continue;
    throw new RangeError(`${where}: expected names among ${names.map((n) => `"${n}"`).join(", ")}, got "${name}"`);
  }
  return names.map((name) => {
    if (Object.hasOwn(record, name) && record[name] !== undefined) return record[name]!;
    throw new RangeError(`${where}: expected samples for "${name}", got none`);
  });
}

/** @throws TypeError, RangeError for wrong data, and if the inputs do not have the same number of samples */
export function inputRows(where: string, data: Data, inputs: readonly Named[]): Rows[] {
  const names = inputs.map(({ name }) => name);
  const rows = byName(where, data, names).map((samples, i) => {
    const place = inputs.length === 1 ? where : `${where}.${names[i]}`;
    return toRows(place, samples, inputs[i]!.shape);
  });
  checkCounts(where, names, rows);
  return rows;
}

function checkCounts(where: string, names: readonly string[], rows: readonly (Rows | undefined)[]): void {
  const counts = rows.map((each) => each?.count);
  const given = counts.filter((count) => count !== undefined);
  if (given.every((count) => count === given[0])) return;
  const list = names.map((name, i) => `${name} ${counts[i]}`).join(", ");
  throw new RangeError(`${where}: expected as many samples of each, got ${list}`);
}

/**
 * Targets for the outputs that have a loss or metrics.
 * @param outputShapes of one sample
 * @throws TypeError, RangeError: also if there are not as many targets as samples
 */
export function targetRows(
  where: string,
  data: Data,
  outputShapes: readonly Shape[],
  outputs: readonly OutputSettings[],
  count: number,
): (Rows | undefined)[] {
  const wanted = outputs.map(({ name, loss, metrics, weightedMetrics }, o) => {
    const first = loss ?? metrics[0]?.metric ?? weightedMetrics[0]?.metric;
    const output = outputShapes[o]!;
    return first && { name, loss, output, shape: first.targetShape(output) };
  });
  const named = wanted.filter((each) => each !== undefined);
  const samples = byName(
    where,
    data,
    named.map(({ name }) => name),
  );
  const rows = named.map(({ name, loss, output, shape }, i) => {
    const place = named.length === 1 ? where : `${where}.${name}`;
    const target = oneTarget(place, samples[i]!, shape, count);
    if (loss?.checkTarget) loss.checkTarget(place, numbersOf(target), output);
    return target;
  });
  return wanted.map((each) => each && rows[named.indexOf(each)]);
}

function oneTarget(where: string, samples: Samples, shape: Shape, count: number): Rows {
  let rows: Rows;
  try {
    rows = toRows(where, samples, shape);
  } catch (error) {
    if (error instanceof RangeError && countOf(samples) === count) error.message += hint(shape);
    throw error;
  }
  if (rows.count !== count) {
    const labels = countOf(samples) === count ? hint(shape) : "";
    throw new RangeError(`${where}: expected as many targets as samples, got ${rows.count} and ${count}${labels}`);
  }
  return rows;
}

/** What to do with integer labels. */
function hint(target: Shape): string {
  return target.length === 1
    ? `; toCategorical(labels, ${target[0]}) makes such rows from integer labels, or take the loss sparseCategoricalCrossentropy`
    : "";
}

/** How many numbers there are if these may be integer labels: bare, or of shape (n) or (n, 1). */
function countOf(samples: Samples): number | undefined {
  const { data, shape } = samples as { data?: ArrayLike<number>; shape?: Shape };
  if (!data) return (samples as ArrayLike<number>).length;
  return shape && shape[0] === data.length ? data.length : undefined;
}

/** What the samples of a class count, by its index; 1 for classes that are not in it. */
export type ClassWeight = Readonly<Record<number, number>>;

/** @throws TypeError, RangeError for wrong weights, and for both kinds at once */
export function sampleWeights(
  where: string,
  { sampleWeight, classWeight }: { sampleWeight?: SampleWeight | undefined; classWeight?: ClassWeight | undefined },
  { count, ys }: Pick<DataRows, "count" | "ys">,
): Float32Array | undefined {
  if (sampleWeight !== undefined && classWeight !== undefined) {
    throw new RangeError(`${where}: expected sampleWeight or classWeight, got both`);
  }
  if (sampleWeight !== undefined) return weightsOfSamples(`${where}.sampleWeight`, sampleWeight, count);
  if (classWeight === undefined) return undefined;
  return weightsOfClasses(`${where}.classWeight`, classWeight, ys, count);
}

function weightsOfSamples(where: string, given: SampleWeight, count: number): Float32Array {
  const rows = toRows(where, given as Samples, []);
  if (rows.count !== count) {
    throw new RangeError(`${where}: expected one weight for each of ${count} samples, got ${rows.count}`);
  }
  const weights = new Float32Array(count);
  for (let i = 0; i < count; i++) rows.copy(weights, i, i);
  return weights;
}

function weightsOfClasses(
  where: string,
  given: ClassWeight,
  ys: readonly (Rows | undefined)[],
  count: number,
): Float32Array {
  const [y] = ys;
  if (typeof given !== "object" || given === null) {
    throw new TypeError(`${where}: expected an object with weights by class, got ${show(given)}`);
  }
  for (const [name, weight] of Object.entries(given)) {
    if (Number.isInteger(Number(name)) && typeof weight === "number" && Number.isFinite(weight)) continue;
    throw new RangeError(`${where}: expected numbers by the index of a class, got ${show(weight)} for ${show(name)}`);
  }
  if (ys.length !== 1 || !y || y.shape.length > 1) {
    const got = y ? `targets of shape ${formatShape(y.shape)}` : "several outputs";
    throw new RangeError(`${where}: expected a model with one output and one class a sample, got ${got}`);
  }
  const size = y.shape[0] ?? 1;
  const row = new Float32Array(size);
  return Float32Array.from({ length: count }, (_, i) => {
    y.copy(row, 0, i);
    const index = size === 1 ? row[0]! : row.indexOf(Math.max(...row));
    return given[index] ?? 1;
  });
}

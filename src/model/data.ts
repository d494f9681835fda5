// Data as users give it becomes rows: one array for each input and output of a model.

import { show } from "../base/check.js";
import type { Data } from "../data/samples.js";
import { formatShape, type Shape } from "../engine/program/shape.js";
import type { OutputSettings } from "../graph/modelProgram.js";
import type { Metric } from "../metrics/metric.js";
import { numbersOf, type Rows, type Samples, toRows, WrongShape } from "./rows.js";

export type { Data };

export interface Named {
  readonly name: string;
  /** Of one sample; NaN where open. Undefined: the data decides. */
  readonly shape: Shape | undefined;
}

/** Whether these are samples by name, not `{ data, shape }` or arrays. */
export function isRecord(data: unknown, names: readonly string[]): data is Readonly<Record<string, unknown>> {
  return (
    typeof data === "object" &&
    data !== null &&
    !Array.isArray(data) &&
    !ArrayBuffer.isView(data) &&
    !("data" in data && "shape" in data && !names.includes("data"))
  );
}

/** @throws RangeError for a name that is none of these */
export function checkNames(where: string, record: object, names: readonly string[]): void {
  for (const name of Object.keys(record)) {
    if (names.includes(name)) continue;
    throw new RangeError(`${where}: expected names among ${names.map((n) => `"${n}"`).join(", ")}, got "${name}"`);
  }
}

/**
 * The samples of each input or output of these names.
 * @param known names that a record may have
 * @throws TypeError for data of another form, RangeError for missing or unknown names
 */
function byName(where: string, data: Data, names: readonly string[], known = names): readonly Samples[] {
  if (!isRecord(data, names)) {
    if (names.length === 1) return [data as Samples];
    const list = names.map((name) => `"${name}"`).join(", ");
    throw new TypeError(`${where}: expected an object with samples by name, ${list}, got ${show(data)}`);
  }
  const record = data as Readonly<Record<string, Samples>>;
  if (names.length === 1 && !Object.hasOwn(record, names[0]!)) return [record as unknown as Samples];
  checkNames(where, record, known);
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
 * Targets for the outputs that have a loss or metrics; those of others are not looked at.
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
    const all = [...metrics, ...weightedMetrics].map(({ metric }) => metric);
    const first = loss ?? all[0];
    const output = outputShapes[o]!;
    if (!first) return undefined;
    const shape = first.targetShape(output);
    for (const metric of all) checkMetric(where, metric, output, shape, first.name);
    return { name, loss, output, shape };
  });
  const named = wanted.filter((each) => each !== undefined);
  const samples = byName(
    where,
    data,
    named.map(({ name }) => name),
    outputs.map(({ name }) => name),
  );
  const rows = named.map(({ name, loss, output, shape }, i) => {
    const place = named.length === 1 ? where : `${where}.${name}`;
    const target = oneTarget(place, samples[i]!, shape, count, loss?.name ?? "");
    if (loss?.checkTarget) loss.checkTarget(place, numbersOf(target), output);
    return target;
  });
  return wanted.map((each) => each && rows[named.indexOf(each)]);
}

/** @throws RangeError if a metric compares with other targets than the loss, or the first of the metrics, takes */
function checkMetric(where: string, metric: Metric, output: Shape, target: Shape, taker: string): void {
  if (metric.fits(output, target)) return;
  const needed = metric.targetShape(output);
  const isOneHot = String(needed) === String(output) && String(target) === String(output.slice(0, -1));
  const hint = isOneHot ? "; toCategorical(labels, classes) and the loss categoricalCrossentropy serve both" : "";
  throw new RangeError(
    `${where}: expected metrics for targets of shape ${formatShape(target)}, which "${taker}" takes, got "${metric.loggedAs}", which needs ${formatShape(needed)}${hint}`,
  );
}

function oneTarget(where: string, samples: Samples, shape: Shape, count: number, loss: string): Rows {
  let rows: Rows;
  try {
    rows = toRows(where, samples, shape);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const isOneHot = loss.startsWith("sparse_") && error instanceof WrongShape;
    const advice = isOneHot
      ? "; one-hot targets go with the loss categoricalCrossentropy"
      : hint(samples, shape, count, loss);
    error.message += advice;
    throw error;
  }
  if (rows.count !== count) {
    const advice = hint(samples, shape, count, loss);
    throw new RangeError(`${where}: expected as many targets as samples, got ${rows.count} and ${count}${advice}`);
  }
  return rows;
}

/** What to do with integer labels where classes are one-hot. */
function hint(samples: Samples, target: Shape, count: number, loss: string): string {
  const isLabels = loss.startsWith("categorical_") && target.length === 1 && countOf(samples) === count;
  return isLabels
    ? `; toCategorical(labels, ${target[0]}) makes such rows from integer labels, or take the loss sparseCategoricalCrossentropy`
    : "";
}

/** How many numbers there are if these may be integer labels: bare, or of shape (n) or (n, 1). */
function countOf(samples: Samples): number | undefined {
  const { data, shape } = samples as { data?: ArrayLike<number>; shape?: Shape };
  if (!data) return (samples as ArrayLike<number>).length;
  return shape && shape[0] === data.length ? data.length : undefined;
}

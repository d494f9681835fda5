// What samples, or positions in them, count: as users give it, it becomes rows for each output.

import { show } from "../base/check.js";
import type { Samples, SampleWeight, Weights } from "../data/samples.js";
import { arrayKind } from "../engine/kernels/kinds.js";
import { formatShape, type Shape, sameShape, sizeOf } from "../engine/program/shape.js";
import type { OutputSettings } from "../graph/modelProgram.js";
import type { DataRows } from "./batch.js";
import { checkNames, isRecord } from "./data.js";
import { type Rows, toRows } from "./rows.js";

export type { SampleWeight };

/** What the samples of a class count, by its index; 1 for classes that are not in it. */
export type ClassWeight = Readonly<Record<number, number>>;

/**
 * What the samples of each output count; undefined where all count 1.
 * @param outputShapes of one sample
 * @throws TypeError, RangeError for wrong weights, and for both kinds at once
 */
export function sampleWeights(
  where: string,
  { sampleWeight, classWeight }: { sampleWeight?: SampleWeight | undefined; classWeight?: ClassWeight | undefined },
  { count, ys }: Pick<DataRows, "count" | "ys">,
  outputs: readonly OutputSettings[],
  outputShapes: readonly Shape[],
): (Rows | undefined)[] {
  if (sampleWeight !== undefined && classWeight !== undefined) {
    throw new RangeError(`${where}: expected sampleWeight or classWeight, got both`);
  }
  if (classWeight !== undefined) return [weightsOfClasses(`${where}.classWeight`, classWeight, ys, count)];
  if (sampleWeight === undefined) return ys.map(() => undefined);
  const place = `${where}.sampleWeight`;
  const names = outputs.map(({ name }) => name);
  const named = isRecord(sampleWeight, names) ? sampleWeight : undefined;
  if (named) checkNames(place, named, names);
  return outputs.map((settings, o) => {
    const given = named ? named[settings.name] : sampleWeight;
    if (given === undefined || !ys[o]) return undefined;
    const one = named ? `${place}.${settings.name}` : place;
    return weightsOfOutput(one, given as Weights, weightShape(settings, outputShapes[o]!), count);
  });
}

/** The axes of a sample of which each place may have a weight of its own: those that the loss and all weighted metrics know. */
function weightShape({ loss, weightedMetrics }: OutputSettings, output: Shape): Shape {
  const shapes = [...(loss ? [loss] : []), ...weightedMetrics.map(({ metric }) => metric)].map((each) =>
    each.weightShape(output),
  );
  return shapes.reduce((least, shape) => (shape.length < least.length ? shape : least), output.slice(0, -1));
}

/** @param full the shape of the weights of a sample, if each place has one; fewer axes are the first of these */
function weightsOfOutput(where: string, given: Weights, full: Shape, count: number): Rows {
  const rows = toRows(where, given as Samples, isFlat(given) ? [] : undefined);
  if (rows.count !== count) {
    throw new RangeError(`${where}: expected one weight for each of ${count} samples, got ${rows.count}`);
  }
  const axes = rows.shape.slice(0, rows.shape.findLastIndex((size) => size !== 1) + 1);
  if (axes.length > full.length || axes.some((size, axis) => size !== full[axis] && size !== 1)) {
    const places = full.length > 0 ? ` or ${formatShape([count, ...full])}` : "";
    throw new RangeError(
      `${where}: expected weights of shape ${formatShape([count])}${places}, got ${formatShape([count, ...rows.shape])}`,
    );
  }
  const shape = full.slice(0, axes.length);
  if (sameShape(axes, shape)) return { ...rows, shape, dtype: "f32" };
  const own = new Float32Array(sizeOf(axes));
  const places = spread(axes, shape);
  return {
    count,
    shape,
    dtype: "f32",
    copy(target, row, index) {
      rows.copy(own, 0, index);
      for (const [i, place] of places.entries()) target[row * places.length + i] = own[place]!;
    },
  };
}

/** Whether these are numbers one after the other, without a shape. */
function isFlat(given: Weights): boolean {
  return arrayKind(given) !== undefined || (Array.isArray(given) && typeof given[0] === "number");
}

/** For each place of a shape, which place of one with axes of size 1 it is. */
function spread(from: Shape, to: Shape): number[] {
  return to.reduce<number[]>(
    (places, size, axis) =>
      places.flatMap((place) =>
        Array.from({ length: size }, (_, i) => (from[axis] === 1 ? place : place * from[axis]! + i)),
      ),
    [0],
  );
}

function weightsOfClasses(where: string, given: ClassWeight, ys: readonly (Rows | undefined)[], count: number): Rows {
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
  return {
    count,
    shape: [],
    dtype: "f32",
    copy(target, at, i) {
      y.copy(row, 0, i);
      const index = size === 1 ? row[0]! : row.indexOf(Math.max(...row));
      target[at] = given[index] ?? 1;
    },
  };
}

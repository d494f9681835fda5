// What is reported of training: sums over the samples, and the numbers that follow from them.

import type { Logs } from "../callbacks/logs.js";
import type { Region } from "../engine/program/region.js";
import type { Compiled, Measure, ModelProgram, OutputSettings } from "../graph/modelProgram.js";
import type { MetricResult } from "../metrics/metric.js";

/**
 * First how many samples there were, then the penalties (those on weights count once a sample), then of each measure how many sums it
 * has, and the sums. Those of a weighted metric go with the sum of the weights. Where there are several outputs, those of a loss go with
 * the sum of its means over batches and the number of batches: what Keras shows of single losses is the mean of these, be the last batch
 * short or not.
 */
export type Sums = readonly number[];

const HEAD = 2;

/** The sums with those of a batch added, in sample order. */
export function addMeasures(
  {
    measures,
    penalties,
    activityPenalties,
    sampleWeights,
  }: Pick<ModelProgram, "measures" | "penalties" | "activityPenalties" | "sampleWeights">,
  rows: (region: Region, count: number) => ArrayLike<number>,
  samples: number,
  sums: Sums,
): Sums {
  const [count = 0, penalty = 0, ...rest] = sums;
  let penalized = 0;
  for (const region of penalties) penalized += samples * rows(region, 1)[0]!;
  for (const region of activityPenalties) for (const one of Array.from(rows(region, samples))) penalized += one;
  const added: number[] = [];
  const several = measures.some(({ output }) => output > 0);
  for (const { kind, values, output } of measures) {
    const k = values.size;
    const data = rows(values, samples);
    const withMeans = kind === "loss" && several;
    const withWeight = kind === "weightedMetric";
    added.push(k + (withMeans ? 2 : withWeight ? 1 : 0));
    const at = added.length;
    for (let j = 0; j < k; j++) added.push(rest[at + j] ?? 0);
    const before = added[at]!;
    for (let i = 0; i < data.length; i++) added[at + (i % k)]! += data[i]!;
    if (withWeight) {
      const weights = sampleWeights[output];
      added.push((rest[at + k] ?? 0) + (weights ? totalWeight(rows(weights, samples), samples) : samples));
    }
    if (withMeans) added.push((rest[at + 1] ?? 0) + (added[at]! - before) / samples, (rest[at + 2] ?? 0) + 1);
  }
  return [count + samples, penalty + penalized, ...added];
}

/** The sum over the samples of the means of their weights. */
function totalWeight(weights: ArrayLike<number>, samples: number): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i]!;
  return (sum * samples) / weights.length;
}

/** The measures in the order of the sums. */
function* measuresOf({ outputs }: Compiled): Generator<Pick<Measure, "kind" | "output" | "metric">> {
  for (const [output, { loss, metrics, weightedMetrics }] of outputs.entries()) {
    if (loss) yield { kind: "loss", output };
    for (const metric of metrics) yield { kind: "metric", output, metric };
    for (const metric of weightedMetrics) yield { kind: "weightedMetric", output, metric };
  }
}

/** Under which a measure of an output is logged: as Keras, with the output's name where there are several. */
function logName({ outputs }: Compiled, { name }: OutputSettings, what: string): string {
  return outputs.length > 1 ? `${name}_${what}` : what;
}

/** Names of all that is logged. */
export function measureNames(compiled: Compiled): readonly string[] {
  const names = Array.from(measuresOf(compiled), ({ output, metric }) =>
    logName(compiled, compiled.outputs[output]!, metric?.logName ?? "loss"),
  );
  return compiled.outputs.length > 1 ? ["loss", ...names] : names;
}

/** Whether these can be the sums of what has been compiled. */
export function areSumsOf(compiled: Compiled, sums: Sums): boolean {
  let at = HEAD;
  for (const _ of measuresOf(compiled)) at += 1 + (sums[at] ?? Number.NaN);
  return at === sums.length;
}

/** Writes a result under a name; several under names with their places, from 0 on. */
function writeResult(logs: Record<string, number>, name: string, result: MetricResult): void {
  if (typeof result === "number") logs[name] = result;
  else for (const [i, each] of result.entries()) writeResult(logs, `${name}_${i}`, each);
}

/** The loss and the metrics from their sums, under their names in alphabetical order as Keras logs them. */
export function logsOf(compiled: Compiled, sums: Sums, prefix = ""): Logs {
  const [count = 0, penalty = 0] = sums;
  const logs: Record<string, number> = {};
  let total = count > 0 ? penalty / count : 0;
  let at = HEAD;
  for (const measure of measuresOf(compiled)) {
    const { kind, output, metric } = measure;
    const settings = compiled.outputs[output]!;
    const own = sums.slice(at + 1, at + 1 + (sums[at] ?? 0));
    at += 1 + own.length;
    if (!metric) {
      const loss = (own[0] ?? 0) / count;
      total += settings.lossWeight * loss;
      const [, means, batches] = own;
      logs[logName(compiled, settings, "loss")] = batches ? means! / batches : loss;
      continue;
    }
    const counted = kind === "weightedMetric" ? own.pop()! : count;
    writeResult(logs, logName(compiled, settings, metric.logName), metric.metric.result(own, counted));
  }
  logs.loss = total;
  const sorted = Object.keys(logs).sort();
  return Object.fromEntries(sorted.map((name) => [prefix + name, logs[name]!])) as unknown as Logs;
}

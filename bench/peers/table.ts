import type { Row } from "./row.js";
import type { Quartiles } from "./statistics.js";
import { TASKS, type Task } from "./tasks.js";

/** 6,123 or 2.81: at least three digits that count. */
export function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en-US");
  return value.toPrecision(3);
}

export function withQuartiles({ q1, median, q3 }: Quartiles): string {
  return `${figure(median)} (${figure(q1)} - ${figure(q3)})`;
}

const MIB = 2 ** 20;

/** One task's contenders, the fastest first; notes and errors below, by number. */
export function taskTable(task: Task, rows: readonly Row[]): string {
  const sorted = [...rows].sort((a, b) => (b.theirs?.median ?? 0) - (a.theirs?.median ?? 0));
  const header = ["images/s", "version", "median (quartiles)", "wasm-cnn, same pairs", "wasm-cnn / it"];
  const isSingle = TASKS[task].batchSize === 1;
  if (isSingle) header.push("us an image");
  header.push("peak RSS", "installed", "");
  const remarks: string[] = [];
  const cells = sorted.map(({ label, version = "", theirs, ours, ratio, peakRss, installed, notes, error }) => {
    const texts = error ? [...notes, `ERROR: ${error}`] : notes;
    if (texts.length > 0) remarks.push(`  [${remarks.length + 1}] ${label} ${version}: ${texts.join("; ")}`);
    return [
      label,
      version,
      theirs ? withQuartiles(theirs) : "-",
      ours ? withQuartiles(ours) : "",
      ratio ? withQuartiles(ratio) : "",
      ...(isSingle ? [theirs ? figure(1e6 / theirs.median) : ""] : []),
      peakRss ? `${figure(peakRss / MIB)} MiB` : "",
      installed ? `${figure(installed / MIB)} MiB` : "",
      texts.length > 0 ? `[${remarks.length}]` : "",
    ];
  });
  return `${TASKS[task].title}\n${columns([header, ...cells])}\n${remarks.join("\n")}\n`;
}

/** Columns as wide as their widest cell: the first two to the left, the others to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}

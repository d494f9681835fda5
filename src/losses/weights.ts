import type { Region } from "../engine/program/region.js";

/** How many of the `rows` positions of a sample, in turn, have one weight. */
export function rowsPerWeight(weights: Region | 0, rows: number): number {
  return weights === 0 ? rows : rows / weights.size;
}

/** Numbers of a sample as rows that have one weight each: how many, and of how many numbers. */
export function weightedRows(weights: Region | 0, { size }: Region): readonly [rows: number, n: number] {
  const rows = weights === 0 ? 1 : weights.size;
  return [rows, size / rows];
}

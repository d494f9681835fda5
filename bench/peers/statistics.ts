export interface Quartiles {
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
}

/** Quartiles with linear interpolation between the two nearest values. */
export function quartiles(values: readonly number[]): Quartiles {
  if (values.length === 0) throw new RangeError("quartiles: expected values, got none");
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => {
    const position = share * (sorted.length - 1);
    const below = Math.floor(position);
    const next = sorted[Math.min(below + 1, sorted.length - 1)]!;
    return sorted[below]! + (position - below) * (next - sorted[below]!);
  };
  return { q1: at(0.25), median: at(0.5), q3: at(0.75) };
}

/** Ratios pair by pair, so that a moment in which the machine is slow for both does not count. */
export function pairRatios(ours: readonly number[], theirs: readonly number[]): number[] {
  if (ours.length !== theirs.length) {
    throw new RangeError(`pairRatios: expected as many of theirs as of ours, got ${theirs.length} and ${ours.length}`);
  }
  return ours.map((value, i) => value / theirs[i]!);
}

/** The largest relative difference. NaN counts as infinitely far. */
export function relativeDifference(values: readonly number[], expected: readonly number[]): number {
  return worst(values, expected, (value, due) => Math.abs(value - due) / Math.abs(due));
}

/** The largest absolute difference. NaN counts as infinitely far. */
export function absoluteDifference(values: readonly number[], expected: readonly number[]): number {
  return worst(values, expected, (value, due) => Math.abs(value - due));
}

function worst(
  values: readonly number[],
  expected: readonly number[],
  difference: (value: number, due: number) => number,
): number {
  if (values.length !== expected.length) return Number.POSITIVE_INFINITY;
  const differences = values.map((value, i) => difference(value, expected[i]!));
  return Math.max(0, ...differences.map((d) => (Number.isNaN(d) ? Number.POSITIVE_INFINITY : d)));
}

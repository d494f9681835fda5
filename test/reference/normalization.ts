import { type Tensor, tensor } from "./tensor.js";

/** Any normalisation: numbers of one group share a mean and a norm, those of one parameter a gamma and a beta. */
export interface NormalizationInputs {
  readonly x: Tensor;
  /** The group of element i of x, from 0 on. */
  readonly groupOf: (i: number) => number;
  /** The parameter of element i of x. */
  readonly parameterOf: (i: number) => number;
  readonly gamma?: Tensor;
  readonly beta?: Tensor;
  /** Added to the mean (or sum) of squares. */
  readonly epsilon: number;
  /** Whether the mean is taken away. Default true. */
  readonly centred?: boolean;
  /** What is made of the squares. Default "mean". */
  readonly of?: "mean" | "sum";
}

interface Group {
  readonly size: number;
  readonly mean: number;
  /** The mean or sum of (x - mean)^2. */
  readonly squares: number;
  /** 1 / sqrt(squares + epsilon) */
  readonly inverse: number;
}

/** Sums of value(i) by group. */
function sumsOf(count: number, groupOf: (i: number) => number, value: (i: number) => number): number[] {
  const sums: number[] = [];
  for (let i = 0; i < count; i++) sums[groupOf(i)] = (sums[groupOf(i)] ?? 0) + value(i);
  return sums;
}

export function groupsOf({ x, groupOf, epsilon, centred = true, of = "mean" }: NormalizationInputs): Group[] {
  const { data } = x;
  const sum = (value: (i: number) => number) => sumsOf(data.length, groupOf, value);
  const sizes = sum(() => 1);
  const means = sum((i) => data[i]!).map((total, g) => (centred ? total / sizes[g]! : 0));
  return sum((i) => (data[i]! - means[groupOf(i)]!) ** 2).map((total, g) => {
    const squares = of === "mean" ? total / sizes[g]! : total;
    return { size: sizes[g]!, mean: means[g]!, squares, inverse: 1 / Math.sqrt(squares + epsilon) };
  });
}

function standardised({ x, groupOf }: NormalizationInputs, groups: readonly Group[]): Float64Array {
  return x.data.map((value, i) => (value - groups[groupOf(i)]!.mean) * groups[groupOf(i)]!.inverse);
}

/** y = gamma xhat + beta, xhat = (x - mean) / sqrt(squares + epsilon); statistics of elsewhere may be given. */
export function normalizationForward(inputs: NormalizationInputs, groups = groupsOf(inputs)): Tensor {
  const { x, gamma, beta, parameterOf } = inputs;
  const scale = (i: number) => gamma?.data[parameterOf(i)] ?? 1;
  const shift = (i: number) => beta?.data[parameterOf(i)] ?? 0;
  return tensor(
    x.shape,
    standardised(inputs, groups).map((value, i) => scale(i) * value + shift(i)),
  );
}

/** dx = inverse (g - mean of g - xhat (mean or sum of g xhat)), g = gamma dy. */
export function normalizationBackward(inputs: NormalizationInputs, dy: Tensor) {
  const { x, groupOf, parameterOf, gamma, centred = true, of = "mean" } = inputs;
  const groups = groupsOf(inputs);
  const xhat = standardised(inputs, groups);
  const g = dy.data.map((value, i) => value * (gamma?.data[parameterOf(i)] ?? 1));
  const count = g.length;
  const ofG = sumsOf(count, groupOf, (i) => g[i]!);
  const ofProducts = sumsOf(count, groupOf, (i) => g[i]! * xhat[i]!);
  const dx = g.map((value, i) => {
    const group = groupOf(i);
    const { size, inverse } = groups[group]!;
    const mean = centred ? ofG[group]! / size : 0;
    return inverse * (value - mean - (xhat[i]! * ofProducts[group]!) / (of === "mean" ? size : 1));
  });
  const parameters = (value: (i: number) => number) => {
    const sums = sumsOf(count, parameterOf, value);
    return tensor([sums.length], sums);
  };
  return {
    dx: tensor(x.shape, dx),
    dgamma: parameters((i) => dy.data[i]! * xhat[i]!),
    dbeta: parameters((i) => dy.data[i]!),
  };
}

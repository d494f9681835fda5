// Elementwise functions with their derivatives, in plain f64.

/** A function, and how its kernel is called. */
export interface Elementwise {
  /** As in Keras. */
  readonly name: string;
  readonly kernel: string;
  /** What the backward pass of the kernel takes. */
  readonly reads: "x" | "y";
  readonly attributes: readonly number[];
  readonly f: (x: number) => number;
  /** f'(x) */
  readonly slope: (x: number) => number;
  /** Keras' arguments, where they are not the defaults. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** erf x: the Taylor series below 3, a continued fraction above. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (!(a < 3)) return Number.isNaN(x) ? x : Math.sign(x) * (1 - erfc(a));
  let [sum, term] = [x, x];
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** 1 - erf x */
export function erfc(x: number): number {
  if (x < 2) return 1 - erf(x);
  if (x > 30) return 0;
  let fraction = 0;
  for (let n = 300; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}

export const sigmoid = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
export const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
export const normalCdf = (x: number) => erfc(-x * Math.SQRT1_2) / 2;
const clip = (x: number, least: number, most: number) => Math.min(Math.max(x, least), most);
const bent = (x: number) => Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);

/** y = slope x where x > 0, else amplitude (e^(rate x) - 1) */
function exponentialUnit(slope: number, amplitude: number, rate: number) {
  return {
    kernel: "elu",
    reads: "x" as const,
    attributes: [slope, amplitude, rate],
    f: (x: number) => (x > 0 ? slope * x : amplitude * Math.expm1(rate * x)),
    slope: (x: number) => (x > 0 ? slope : amplitude * rate * Math.exp(rate * x)),
  };
}

/** y = min(x, most) where x > threshold, else slope (x - threshold) */
function leaky(slope: number, threshold: number, most: number) {
  return {
    kernel: "leakyRelu",
    reads: "x" as const,
    attributes: [slope, threshold, most],
    f: (x: number) => (x > threshold ? Math.min(x, most) : slope * (x - threshold)),
    slope: (x: number) => (x > threshold ? (x < most ? 1 : 0) : slope),
  };
}

/** y = x between two bounds */
function clipped(least: number, most: number) {
  return {
    kernel: "clip",
    reads: "y" as const,
    attributes: [least, most],
    f: (x: number) => clip(x, least, most),
    slope: (x: number) => (x > least && x < most ? 1 : 0),
  };
}

/** y = slope x + 1/2, within 0 and 1 */
function line(slope: number) {
  return {
    kernel: "hardSigmoid",
    reads: "y" as const,
    attributes: [slope],
    f: (x: number) => clip(slope * x + 0.5, 0, 1),
    slope: (x: number) => (Math.abs(slope * x) < 0.5 ? slope : 0),
  };
}

function shrunk(threshold: number, shift: number) {
  return {
    kernel: "shrink",
    reads: "x" as const,
    attributes: [threshold, shift],
    f: (x: number) => (Math.abs(x) > threshold ? x - shift * Math.sign(x) : 0),
    slope: (x: number) => (Math.abs(x) > threshold ? 1 : 0),
  };
}

function bend(b: number) {
  return {
    kernel: "squareplus",
    reads: "x" as const,
    attributes: [b],
    f: (x: number) => (x + Math.sqrt(x * x + b)) / 2,
    slope: (x: number) => (1 + x / Math.sqrt(x * x + b)) / 2,
  };
}

const [ALPHA, SCALE] = [1.6732632423543772, 1.0507009873554805];
const none: readonly number[] = [];

export const elementwise: readonly Elementwise[] = [
  {
    ...{ name: "sigmoid", kernel: "sigmoid", reads: "y", attributes: none },
    f: sigmoid,
    slope: (x) => sigmoid(x) * sigmoid(-x),
  },
  {
    ...{ name: "tanh", kernel: "tanh", reads: "y", attributes: none },
    f: Math.tanh,
    slope: (x) => 1 - Math.tanh(x) ** 2,
  },
  { ...{ name: "exponential", kernel: "exponential", reads: "y", attributes: none }, f: Math.exp, slope: Math.exp },
  { name: "relu6", ...clipped(0, 6) },
  { name: "hard_tanh", ...clipped(-1, 1) },
  { name: "leaky_relu", ...leaky(0.2, 0, Infinity) },
  { name: "leaky_relu", options: { negative_slope: 0.05 }, ...leaky(0.05, 0, Infinity) },
  { name: "relu with all options", ...leaky(0.125, 0.5, 1.5) },
  { name: "elu", ...exponentialUnit(1, 1, 1) },
  { name: "elu", options: { alpha: 0.5 }, ...exponentialUnit(1, 0.5, 1) },
  { name: "selu", ...exponentialUnit(SCALE, SCALE * ALPHA, 1) },
  { name: "celu", ...exponentialUnit(1, 1, 1) },
  { name: "celu", options: { alpha: 1.7 }, ...exponentialUnit(1, 1.7, 1 / 1.7) },
  {
    ...{ name: "gelu", kernel: "gelu", reads: "x", attributes: none },
    f: (x) => x * normalCdf(x),
    slope: (x) => normalCdf(x) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI),
  },
  {
    ...{ name: "gelu", options: { approximate: true }, kernel: "geluTanh", reads: "x", attributes: none },
    f: (x) => (x * (1 + Math.tanh(bent(x)))) / 2,
    slope: (x) => {
      const t = Math.tanh(bent(x));
      const d = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
      return (1 + t) / 2 + (x * (1 - t * t) * d) / 2;
    },
  },
  {
    ...{ name: "silu", kernel: "silu", reads: "x", attributes: none },
    f: (x) => x * sigmoid(x),
    slope: (x) => sigmoid(x) * (1 + x * sigmoid(-x)),
  },
  {
    ...{ name: "hard_silu", kernel: "hardSilu", reads: "x", attributes: none },
    f: (x) => x * clip(x / 6 + 0.5, 0, 1),
    slope: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
  },
  { name: "hard_sigmoid", ...line(1 / 6) },
  { name: "sparse_sigmoid", ...line(0.5) },
  { ...{ name: "softplus", kernel: "softplus", reads: "x", attributes: [1] }, f: softplus, slope: sigmoid },
  {
    ...{ name: "log_sigmoid", kernel: "softplus", reads: "x", attributes: [-1] },
    f: (x) => -softplus(-x),
    slope: (x) => sigmoid(-x),
  },
  {
    ...{ name: "softsign", kernel: "softsign", reads: "x", attributes: none },
    f: (x) => x / (1 + Math.abs(x)),
    slope: (x) => 1 / (1 + Math.abs(x)) ** 2,
  },
  {
    ...{ name: "mish", kernel: "mish", reads: "x", attributes: none },
    f: (x) => x * Math.tanh(softplus(x)),
    slope: (x) => {
      const t = Math.tanh(softplus(x));
      return t + x * (1 - t * t) * sigmoid(x);
    },
  },
  {
    ...{ name: "tanh_shrink", kernel: "tanhShrink", reads: "x", attributes: none },
    f: (x) => x - Math.tanh(x),
    slope: (x) => Math.tanh(x) ** 2,
  },
  { name: "soft_shrink", ...shrunk(0.5, 0.5) },
  { name: "soft_shrink", options: { threshold: 0.9 }, ...shrunk(0.9, 0.9) },
  { name: "hard_shrink", ...shrunk(0.5, 0) },
  { name: "hard_shrink", options: { threshold: 1.25 }, ...shrunk(1.25, 0) },
  { name: "squareplus", ...bend(4) },
  { name: "squareplus", options: { b: 0.5 }, ...bend(0.5) },
  {
    ...{ name: "sparse_plus", kernel: "sparsePlus", reads: "x", attributes: none },
    f: (x) => (x <= -1 ? 0 : x < 1 ? (x + 1) ** 2 / 4 : x),
    slope: (x) => clip((x + 1) / 2, 0, 1),
  },
  {
    ...{ name: "threshold", options: { threshold: 0.3, default_value: -2 } },
    ...{ kernel: "threshold", reads: "x", attributes: [0.3, -2, Infinity] },
    f: (x) => (x > 0.3 ? x : -2),
    slope: (x) => (x > 0.3 ? 1 : 0),
  },
];

/** In tests' names. */
export function titleOf({ name, options, attributes }: Elementwise): string {
  return `${name}${options ? ` ${JSON.stringify(options)}` : ""} (${attributes.join(", ")})`;
}

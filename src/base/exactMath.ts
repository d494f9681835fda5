// Powers and cosines out of + - * / alone, in double precision: Math.pow, Math.exp and Math.cos differ between engines.

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** base^n for an integer n from 0 on. */
export function power(base: number, n: number): number {
  let result = 1;
  for (let square = base, left = n; left > 0; left = Math.floor(left / 2), square *= square) {
    if (left % 2 === 1) result *= square;
  }
  return result;
}

/** e^x, to about 1e-15 of it. */
export function exp(x: number): number {
  if (!(x > -700 && x < 700)) return x > 0 ? Infinity : x < 0 ? 0 : x;
  const n = Math.round(x / (LN2_HIGH + LN2_LOW));
  const r = x - n * LN2_HIGH - n * LN2_LOW;
  let sum = 1;
  for (let i = 18; i > 0; i--) sum = 1 + (sum * r) / i;
  return n < 0 ? sum / power(2, -n) : sum * power(2, n);
}

/** ln x, to about 1e-15 of it; -Infinity at 0, NaN below. */
export function ln(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x > 0 ? x : Number.NaN;
  let n = 0;
  let m = x;
  for (; m > Math.SQRT2; m /= 2) n++;
  for (; m < Math.SQRT1_2; m *= 2) n--;
  // ln m = 2 artanh z
  const z = (m - 1) / (m + 1);
  let sum = 0;
  for (let i = 23; i > 0; i -= 2) sum = 1 / i + z * z * sum;
  return n * LN2_HIGH + (n * LN2_LOW + 2 * z * sum);
}

/** base^exponent for base >= 0. */
export function raise(base: number, exponent: number): number {
  if (Number.isSafeInteger(exponent) && exponent >= 0) return power(base, exponent);
  if (exponent === 0.5) return Math.sqrt(base);
  return exp(exponent * ln(base));
}

/** The cosine of pi x. */
export function cosPi(x: number): number {
  const turned = Math.abs(x) % 2;
  // cos(pi t) on [0, 1]; the other half turns the other way.
  const t = turned > 1 ? 2 - turned : turned;
  const sign = t > 0.5 ? -1 : 1;
  const a = Math.PI * (t > 0.5 ? 1 - t : t);
  let sum = 1;
  for (let i = 20; i > 0; i -= 2) sum = 1 - (sum * a * a) / (i * (i - 1));
  return sign * sum;
}

/**
 * P(|Z| > z) of a standard normal Z, z >= 0: erfc(z / sqrt(2)). By its power series for small z, by its continued fraction
 * (Abramowitz and Stegun 26.2.14) for large ones; 1e-13 or better.
 */
export function normalTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 3) {
    let [term, sum] = [z, z];
    for (let n = 3; term > 1e-17; n += 2) {
      term *= (z * z) / n;
      sum += term;
    }
    return 1 - 2 * density * sum;
  }
  let fraction = z;
  for (let n = 120; n >= 1; n--) fraction = z + n / fraction;
  return (2 * density) / fraction;
}

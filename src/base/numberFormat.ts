/**
 * Decimal text as Python's `f"{value:.{digits}f}"`: exact halves go to the even neighbour, where `toFixed` goes up. (Intl's "halfEven" looks
 * at the shortest text of a number and not at the number: 0.00005 is a little more than a half, and would be 0.0000.)
 */
export function fixed(value: number, digits: number): string {
  const rounded = value.toFixed(digits);
  // Halves are common here: an accuracy of 31 out of 32 is 0.96875. A double is an exact half iff this holds, in any base.
  const isHalf = Number.isInteger(value * 2 ** (digits + 1)) && !Number.isInteger(value * 2 ** digits);
  if (!isHalf) return rounded;
  const below = value.toFixed(digits + 1).slice(0, digits === 0 ? -2 : -1);
  return Number(below.at(-1)) % 2 === 0 ? below : rounded;
}

/**
 * Text of a loss or metric as Keras prints it: `0.1234`, from 1e-3 downwards `1.2340e-04`.
 * @param isPlain as in Keras' lines that are not redrawn, where every negative number is written with an exponent
 */
export function metric(value: number, isPlain = false): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if ((isPlain ? value : Math.abs(value)) > 1e-3) return fixed(value, 4);
  return value.toExponential(4).replace(/e([+-])(\d)$/, "e$10$2");
}

/** Text of a step's duration in seconds as Keras prints it: `2s/step`, `45ms/step` or `120us/step`. */
export function stepTime(seconds: number): string {
  if (seconds >= 1 || seconds === 0) return `${fixed(seconds, 0)}s/step`;
  if (seconds >= 1e-3) return `${fixed(seconds * 1e3, 0)}ms/step`;
  return `${fixed(seconds * 1e6, 0)}us/step`;
}

/** Text of the time still needed, in seconds, as Keras prints it: `59s`, `2:05` or `1:00:07`. */
export function remainingTime(seconds: number): string {
  const twoDigits = (value: number) => String(Math.trunc(value)).padStart(2, "0");
  if (seconds > 3600) {
    return `${Math.floor(seconds / 3600)}:${twoDigits((seconds % 3600) / 60)}:${twoDigits(seconds % 60)}`;
  }
  if (seconds > 60) return `${Math.floor(seconds / 60)}:${twoDigits(seconds % 60)}`;
  return `${Math.trunc(seconds)}s`;
}

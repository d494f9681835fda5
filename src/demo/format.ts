/** `98.7 %`; never 100 % for what is less. */
export function percent(share: number, digits = 1): string {
  const shown = share < 1 ? Math.min(share * 100, 100 - 10 ** -digits) : 100;
  return `${shown.toFixed(digits)} %`;
}

export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** `45 s`, `2 min 05 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** `1 thread`, `2 threads`. */
export function plural(value: number, word: string): string {
  return `${value.toLocaleString("en-US")} ${word}${value === 1 ? "" : "s"}`;
}

/** `98.7 %`; never 100 % for what is less. */
export function percent(share: number, digits = 1): string {
  const shown = share < 1 ? Math.min(share * 100, 100 - 10 ** -digits) : 100;
  return `${shown.toFixed(digits)} %`;
}

export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** `45 s`, `2 min 05 s`, `1 h 02 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.round(whole / 60);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** `1 thread`, `2 threads`. */
export function plural(value: number, word: string): string {
  return `${value.toLocaleString("en-US")} ${word}${value === 1 ? "" : "s"}`;
}

// Keras names objects by class and number them in the order they are made in the process. Names are for people: nothing
// that is computed or saved by position depends on them.

/** The most layers of a model: what can be made can be saved, and what is saved can be read, in time. */
export const MOST_LAYERS = 5_000;

/** Names by class and number: `conv2d` for the first `Conv2D` that it is asked for, then `conv2d_1`, ... */
export function numberedNames(): (className: string) => string {
  const counts = new Map<string, number>();
  return (className) => {
    const base = snakeCase(className);
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    return count === 0 ? base : `${base}_${count}`;
  };
}

/** Counts in the process. */
export const uniqueName = /* @__PURE__ */ numberedNames();

/** As Keras: `Conv2D` conv2d, `MaxPooling2D` max_pooling2d, `ReLU` re_lu. */
export function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** `conv2d` for `Conv2D`, `reLU` becomes `relu`: what the user calls. */
export function factoryName(className: string): string {
  return className
    .replace(/P?ReLU$/, (end) => end[0] + end.slice(1).toLowerCase())
    .replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+(?![a-z])|^[A-Z]/, (start) => start.toLowerCase())
    .replace(/([123])D/, "$1d");
}

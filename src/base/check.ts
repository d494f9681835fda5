// Checks of what comes from outside. One form for all errors: `<where>: expected <what>, got <value>`.

/** How a value is shown in an error: of lists in lists, the outer four. */
export function show(value: unknown, depth = 0): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) {
    if (value.length > 8 || depth > 3) return `an array of ${value.length}`;
    return `[${value.map((each) => show(each, depth + 1)).join(", ")}]`;
  }
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`;
  if (typeof value === "function") {
    return String(value).startsWith("class") ? `the class ${value.name} itself, without new` : "a function";
  }
  if (typeof value === "object" && value !== null)
    return `an object with keys ${Object.keys(value).join(", ") || "none"}`;
  return String(value);
}

/** @throws TypeError if `options` is no plain object or has a key that is not in `known`. */
export function checkOptions(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`${where}: expected an object of options, got ${show(options)}`);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new TypeError(`${where}: expected options among ${known.join(", ")}, got "${key}"`);
  }
}

/** @throws TypeError if it is no number, RangeError if it is not an integer of at least `least` (and at most `most`). */
export function checkInteger(where: string, value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== "number") throw new TypeError(`${where}: expected an integer >= ${least}, got ${show(value)}`);
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `>= ${least}` : `from ${least} to ${most}`;
    throw new RangeError(`${where}: expected an integer ${range}, got ${value}`);
  }
  return value;
}

/** @throws TypeError if it is no number, RangeError if it is not finite or outside [least, most]. */
export function checkNumber(where: string, value: unknown, least = -Infinity, most = Infinity): number {
  const range = least === -Infinity ? "" : most === Infinity ? ` >= ${least}` : ` from ${least} to ${most}`;
  if (typeof value !== "number") throw new TypeError(`${where}: expected a number${range}, got ${show(value)}`);
  if (!Number.isFinite(value) || value < least || value > most) {
    throw new RangeError(`${where}: expected a finite number${range}, got ${value}`);
  }
  return value;
}

/** @throws TypeError if it is not true or false. */
export function checkBoolean(where: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw new TypeError(`${where}: expected true or false, got ${show(value)}`);
  return value;
}

/** @throws RangeError if it is not one of `choices`. */
export function checkChoice<T extends string>(where: string, value: unknown, choices: readonly T[]): T {
  if (!choices.includes(value as T)) {
    throw new RangeError(`${where}: expected ${choices.map((c) => `"${c}"`).join(" or ")}, got ${show(value)}`);
  }
  return value as T;
}

/** A shape: positive integers. A copy, frozen, as layers show it. @throws TypeError, RangeError */
export function checkShape(where: string, value: unknown): readonly number[] {
  if (!Array.isArray(value)) throw new TypeError(`${where}: expected an array of sizes, got ${show(value)}`);
  return Object.freeze(value.map((size, axis) => checkInteger(`${where}[${axis}]`, size, 1)));
}

/** A pair from one integer or two, frozen. @throws TypeError, RangeError */
export function checkPair(where: string, value: unknown, least = 1): readonly [number, number] {
  const pair = Array.isArray(value) ? value : [value, value];
  if (pair.length !== 2) throw new RangeError(`${where}: expected one integer or two, got ${show(value)}`);
  return Object.freeze([checkInteger(where, pair[0], least), checkInteger(where, pair[1], least)] as const);
}

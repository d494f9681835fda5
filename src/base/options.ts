// Options, declared once. A class says of each option what it may be and what it is by default; the checks of its constructor,
// the TypeScript types, the config of files and its reader follow from that.

import { toSnakeCase } from "./case.js";
import {
  checkBoolean,
  checkChoice,
  checkInteger,
  checkNumber,
  checkOptions,
  checkPair,
  checkShape,
  show,
} from "./check.js";

/**
 * One option. `T` is what the instance holds, `G` what users may give.
 */
export interface Option<T, G = T> {
  /** @throws TypeError, RangeError for an invalid value, which `where` names */
  check(where: string, value: unknown): T;
  /** What a config holds for it, plain JSON. Default: the value itself. */
  write?(value: T): unknown;
  /** What `check` takes, from what a config of Keras or TensorFlow.js holds. Default: the value itself. */
  read?(where: string, value: unknown): unknown;
  /** Keras' name, where the rule (snake case) does not give it. */
  readonly kerasName?: string;
  /** Other names that configs have for it, in snake case: of older versions. */
  readonly aliases?: readonly string[];
  /** Whether the value may be a layer: then a config holds that one's class and config, and `read` may be given the layer made of it. */
  readonly holdsLayer?: boolean;
  /** Of the type alone. */
  readonly given?: G;
}

/** An option that may be left out. */
export interface Optional<T, G = T> extends Option<T, G> {
  /** What it is then; may depend on the options declared before it. */
  // biome-ignore lint/suspicious/noExplicitAny: the values of any options.
  fallback(values: any): T;
}

/** Options by name, as a class declares them. */
// biome-ignore lint/suspicious/noExplicitAny: any options at all.
export type Options = Readonly<Record<string, Option<any, any>>>;

/** What an instance holds. */
export type Values<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer T, infer _> ? T : never };

type GivenValue<P> = P extends Option<infer _, infer G> ? G : never;
// biome-ignore lint/suspicious/noExplicitAny: any optional option.
type AnyOptional = Optional<any, any>;

/** What a constructor takes: the required ones, and the others if wanted. */
export type Given<O extends Options> = {
  [K in keyof O as O[K] extends AnyOptional ? never : K]: GivenValue<O[K]>;
} & {
  [K in keyof O as O[K] extends AnyOptional ? K : never]?: GivenValue<O[K]> | undefined;
};

/** The same option with a default: a value, or what makes one from the options declared before it. */
export function optional<T, G>(option: Option<T, G>, fallback: T | Optional<T, G>["fallback"]): Optional<T, G> {
  return { ...option, fallback: typeof fallback === "function" ? (fallback as () => T) : () => fallback };
}

/** The same option, read from configs under these names too, in snake case. */
export function alias<P extends Options[string]>(option: P, ...aliases: string[]): P {
  return { ...option, aliases };
}

/** The same option under a name of Keras that is not its own in snake case: `beta_1` for `beta1`. */
export function kerasName<P extends Options[string]>(option: P, name: string): P {
  return { ...option, kerasName: name };
}

/** An integer from `least` on. */
export function integer(least: number, most?: number): Option<number> {
  return { check: (where, value) => checkInteger(where, value, least, most) };
}

/** Integers within these bounds, one or more. */
export function integers(least: number, most?: number): Option<readonly number[]> {
  const option = integer(least, most);
  return { check: (where, value) => checkList(where, value).map((one, i) => option.check(`${where}[${i}]`, one)) };
}

/** Finite numbers, one or more. */
export function numbers(): Option<readonly number[]> {
  return { check: (where, value) => checkList(where, value).map((one, i) => checkNumber(`${where}[${i}]`, one)) };
}

function checkList(where: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value;
  throw new TypeError(`${where}: expected a list of numbers, got ${show(value)}`);
}

/** A finite number within these bounds. */
export function number(least?: number, most?: number): Option<number> {
  return { check: (where, value) => checkNumber(where, value, least, most) };
}

/** True or false. */
export function boolean(): Option<boolean> {
  return { check: checkBoolean };
}

/** A text that is not empty. */
export function text(): Option<string> {
  return {
    check(where, value) {
      if (typeof value === "string" && value !== "") return value;
      throw new TypeError(`${where}: expected a text, got ${show(value)}`);
    },
  };
}

/** One of these texts. */
export function choice<const C extends readonly string[]>(...choices: C): Option<C[number]> {
  return { check: (where, value) => checkChoice<C[number]>(where, value, choices) };
}

/** One integer for both axes, or (height, width). */
export function pair(least: number): Option<readonly [number, number], number | readonly [number, number]> {
  return { check: (where, value) => checkPair(where, value, least), write: (value) => [...value] };
}

/** Sizes of axes. */
export function shape(): Option<readonly number[]> {
  return { check: checkShape, write: (value) => [...value] };
}

/** An option whose value may be null, which means none. */
export function nullable<T, G>(option: Option<T, G>): Option<T | null, G | null> {
  return {
    ...option,
    check: (where, value) => (value === null ? null : option.check(where, value)),
    write: (value) => (value === null ? null : option.write ? option.write(value) : value),
  };
}

/**
 * The values of options as an instance holds them.
 * @param known further options that the caller checks itself
 * @throws TypeError for an unknown or missing option, TypeError or RangeError for an invalid value
 */
export function checkDeclared<O extends Options>(
  where: string,
  declared: O,
  given: object,
  known: readonly string[] = [],
): Values<O> {
  checkOptions(where, given, [...Object.keys(declared), ...known]);
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(declared)) {
    const value = (given as Record<string, unknown>)[name];
    const isDefault = value === undefined && "fallback" in option;
    const own = isDefault ? (option as AnyOptional).fallback(values) : option.check(`${where}.${name}`, value);
    // Lists are copies that nobody can change, as shapes follow from them.
    values[name] = Array.isArray(own) ? Object.freeze([...own]) : own;
  }
  return values as Values<O>;
}

/** What a config holds: the options under Keras' names, plain JSON. */
export function writeDeclared(declared: Options, values: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(declared).map(([name, option]) => {
      const value = (values as Record<string, unknown>)[name];
      return [option.kerasName ?? toSnakeCase(name), option.write ? option.write(value) : value];
    }),
  );
}

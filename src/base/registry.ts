import { toSnakeCase } from "./case.js";
import { show } from "./check.js";
import type { Option, Options } from "./options.js";

/** A class whose options are declared, so that it can be made from a config. */
export interface DeclaredClass<T> {
  readonly className: string;
  readonly declared: Options;
  /** Keras' options that have one value here. */
  readonly fixed?: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: the constructor checks what it is given.
  new (options?: any): T;
}

/** Options of Keras that mean nothing as long as they have one of these values, or are null. */
const MEANINGLESS: Readonly<Record<string, readonly unknown[]>> = {
  dtype: ["float32"],
  sparse: [false],
  ragged: [false],
  optional: [false],
  groups: [1],
  autocast: [true],
  dynamic: [false],
  jit_compile: [true, false, "auto"],
  is_legacy_optimizer: [false, true],
};

/** The declared classes among the exports of a module, by class name. */
export function classesOf<T>(module: object): ReadonlyMap<string, DeclaredClass<T>> {
  const classes = Object.values(module).filter(isDeclared<T>);
  return new Map(classes.map((each) => [each.className, each]));
}

function isDeclared<T>(value: unknown): value is DeclaredClass<T> {
  return typeof value === "function" && Object.hasOwn(Object.getPrototypeOf(value) ?? {}, "declared");
}

/** What a dtype policy says, which may have longer forms. */
function withPlainDtype(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const dtype = config.dtype as { config?: { name?: unknown } } | undefined;
  return typeof dtype === "object" && dtype !== null ? { ...config, dtype: dtype.config?.name } : config;
}

/**
 * The options of a class from a config in Keras' snake case or in camel case.
 * @param ignored options that say nothing here, whatever they are
 * @throws RangeError with everything that is not supported
 */
export function optionsFromConfig(
  where: string,
  { declared, fixed = {} }: Pick<DeclaredClass<unknown>, "declared" | "fixed">,
  config: Readonly<Record<string, unknown>>,
  ignored: readonly string[] = [],
): Record<string, unknown> {
  const problems: string[] = [];
  const allowed: Record<string, readonly unknown[]> = { ...MEANINGLESS };
  for (const [name, value] of Object.entries(fixed)) allowed[name] = [value];
  const rest = Object.entries(withPlainDtype(config)).filter(([name]) => !ignored.includes(name));
  const options = readDeclared(where, declared, Object.fromEntries(rest), allowed, problems);
  if (problems.length > 0) throw new RangeError(problems.join("; "));
  return options;
}

/**
 * What a constructor takes, from a config in Keras' snake case or in camel case.
 * @param fixed options that are not ours, with the values they may have; null is always allowed
 * @param problems where everything that is not supported is listed
 */
function readDeclared(
  where: string,
  declared: Options,
  config: Readonly<Record<string, unknown>>,
  fixed: Readonly<Record<string, readonly unknown[]>>,
  problems: string[],
): Record<string, unknown> {
  const names = new Map<string, string>();
  for (const [name, { kerasName = name, aliases = [] }] of Object.entries(declared)) {
    for (const each of [kerasName, toSnakeCase(name), ...aliases]) names.set(each, name);
  }
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    const snake = toSnakeCase(key);
    const name = names.get(snake);
    if (name === undefined) {
      const allowed = Object.hasOwn(fixed, snake) ? fixed[snake]! : [];
      if (value !== null && value !== undefined && !allowed.some((each) => sameJson(each, value))) {
        problems.push(`expected no ${snake}, got ${show(value)}`);
      }
      continue;
    }
    const option = declared[name]!;
    try {
      const read = option.read ? option.read(`${where}.${name}`, value) : value;
      if (read === null || read === undefined) {
        if (!("fallback" in option)) option.check(`${where}.${name}`, value);
        else if (read === null && acceptsNull(option)) options[name] = null;
        continue;
      }
      option.check(`${where}.${name}`, read);
      options[name] = read;
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  return options;
}

function acceptsNull(option: Option<unknown, unknown>): boolean {
  try {
    return option.check("", null) === null;
  } catch {
    return false;
  }
}

function sameJson(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
}

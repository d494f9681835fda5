import { type Options, readDeclared } from "./options.js";

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

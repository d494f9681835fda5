import { makeInitializer } from "#initializers";
import { findName, Named, nameAmong } from "../base/named.js";
import { ifOwn, registered } from "../base/registered.js";
import type { Initializer, WeightFiller } from "../engine/program/weight.js";
import { Constant } from "./constant.js";
import { GlorotUniform } from "./glorotUniform.js";
import { Ones } from "./ones.js";
import { Zeros } from "./zeros.js";

/** Those that are there at once. */
const AT_ONCE = [Zeros, Ones, Constant, GlorotUniform] as const;
/** All; in pages the others are imported when a model that names them is about to run, or by its `ready`. */
const ALL = [
  ...["Zeros", "Ones", "Constant", "GlorotUniform"],
  ...["RandomUniform", "RandomNormal", "TruncatedNormal", "GlorotNormal", "HeNormal", "HeUniform"],
  ...["LecunNormal", "LecunUniform", "VarianceScaling", "Orthogonal", "Identity"],
];

/** Other names that Keras has for some of them. */
const OTHERS = { zero: "Zeros", one: "Ones", uniform: "RandomUniform", normal: "RandomNormal" } as const;

type KerasName =
  | keyof typeof OTHERS
  | "zeros"
  | "ones"
  | "constant"
  | "random_uniform"
  | "random_normal"
  | "truncated_normal"
  | `${"glorot" | "he" | "lecun"}_${"uniform" | "normal"}`
  | "variance_scaling"
  | "orthogonal"
  | "identity";
type CamelCase<S extends string> = S extends `${infer A}_${infer B}` ? `${A}${Capitalize<CamelCase<B>>}` : S;

/** An initializer by its name with its default options, as Keras has it or in camel case: `heNormal`, `he_normal`. */
export type InitializerName = KerasName | CamelCase<KerasName>;

class NamedInitializer extends Named<Initializer> implements Initializer {
  constructor(className: string, given: Readonly<Record<string, unknown>>) {
    super(className, given, async () => (await import("./registry.js")).makeInitializer(className, given));
  }

  fill(weight: WeightFiller): void {
    this.found.fill(weight);
  }
}

/** The initializer of this name, whatever the case and underscores; undefined if none has it. */
export function initializerByName(name: string, config: Readonly<Record<string, unknown>>): Initializer | undefined {
  const own = registered("initializer", name);
  if (own) return own.fromConfig(config) as Initializer;
  const other = Object.hasOwn(OTHERS, name) ? OTHERS[name as keyof typeof OTHERS] : undefined;
  const known = other ?? findName(ALL, name.replace(/initializer$/i, ""));
  const atOnce = AT_ONCE.find(({ className }) => className === known);
  if (atOnce) return new atOnce(atOnce === Constant ? { value: config.value as number | undefined } : {});
  if (known === undefined) return undefined;
  const made = makeInitializer?.(known, config) as Initializer | undefined;
  return made ?? new NamedInitializer(known, config);
}

/** @throws RangeError for a name that no initializer has, TypeError for another kind of value */
export function resolveInitializer(where: string, value: unknown): Initializer {
  if (typeof value === "object" && value !== null && "fill" in value) return value as Initializer;
  const made = typeof value === "string" ? initializerByName(value, {}) : undefined;
  return made ?? initializerByName(nameAmong(where, "an initializer", ALL, value, ifOwn("initializer")), {})!;
}

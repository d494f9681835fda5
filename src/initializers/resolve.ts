import { Named } from "../base/named.js";
import { show } from "../engine/check.js";
import type { Initializer, WeightFiller } from "../engine/weight.js";
import { Constant } from "./constant.js";
import { GlorotUniform } from "./glorotUniform.js";
import { Ones } from "./ones.js";
import { Zeros } from "./zeros.js";

/** Those that are there at once. */
const AT_ONCE = [Zeros, Ones, Constant, GlorotUniform] as const;
/** All others are imported when a model that names them is about to run. */
const NAMES = [
  ...["RandomUniform", "RandomNormal", "TruncatedNormal", "GlorotNormal", "HeNormal", "HeUniform"],
  ...["LecunNormal", "LecunUniform", "VarianceScaling", "Orthogonal", "Identity"],
] as const;

type KerasName =
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
  fill(weight: WeightFiller): void {
    this.found.fill(weight);
  }
}

const importOne = async (className: string, config: Readonly<Record<string, unknown>>) =>
  (await import("./registry.js")).makeInitializer(className, config);

/** The initializer of this name, whatever the case and underscores; undefined if none has it. */
export function initializerByName(name: string, config: Readonly<Record<string, unknown>>): Initializer | undefined {
  const plain = (text: string) => text.replaceAll("_", "").toLowerCase();
  const wanted = plain(name).replace(/initializer$/, "");
  const known = NAMES.find((each) => plain(each) === wanted);
  if (known) return new NamedInitializer(known, config, importOne);
  const atOnce = AT_ONCE.find(({ className }) => plain(className) === wanted);
  return atOnce && new atOnce(atOnce === Constant ? { value: config.value as number | undefined } : {});
}

/** @throws RangeError for a name that no initializer has, TypeError for another kind of value */
export function resolveInitializer(where: string, value: unknown): Initializer {
  if (typeof value === "object" && value !== null && "fill" in value && typeof value.fill === "function") {
    return value as Initializer;
  }
  const found = typeof value === "string" ? initializerByName(value, {}) : undefined;
  if (found) return found;
  const names = [...AT_ONCE.map(({ className }) => className), ...NAMES];
  const camel = names.map((name) => `"${name[0]!.toLowerCase()}${name.slice(1)}"`).join(" or ");
  const kind = typeof value === "string" ? RangeError : TypeError;
  throw new kind(`${where}: expected ${camel}, or an initializer, got ${show(value)}`);
}

/** Keras' form: `{ class_name, config }`. */
export function initializerConfig(initializer: Initializer): { class_name: string; config: object } {
  return { class_name: initializer.className, config: initializer.config?.() ?? {} };
}

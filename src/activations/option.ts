import type { Option } from "../base/options.js";
import { checkChoice, show } from "../engine/check.js";
import type { ProgramBuilder, Recorded } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import type { Weight } from "../engine/weight.js";
import { type Activation, linear } from "./activation.js";
import { relu } from "./relu.js";
import { softmax } from "./softmax.js";

/** Those that are there at once; all others are imported when a model that names them is about to run. */
const AT_ONCE: ReadonlyMap<string, Activation> = /* @__PURE__ */ new Map(
  [linear, relu, softmax].map((activation) => [activation.name, activation]),
);

/** Names of activations, as Keras has them, that `registry.ts` holds. */
const NAMES = ["sigmoid"] as const;

type CamelCase<S extends string> = S extends `${infer A}_${infer B}` ? `${A}${Capitalize<CamelCase<B>>}` : S;
type KerasName = "linear" | "relu" | "softmax" | (typeof NAMES)[number];

/** An activation by its name, as Keras has it or in camel case: `leakyRelu`, `leaky_relu`. */
export type ActivationName = KerasName | CamelCase<KerasName>;

/** An activation that is known by name, and imported before it is recorded. */
class NamedActivation implements Activation {
  #found: Activation | undefined;

  constructor(readonly name: string) {}

  async load(): Promise<void> {
    if (this.#found) return;
    const found = (await import("./registry.js")).activations.get(this.name)!;
    await found.load?.();
    this.#found = found;
  }

  outputShape(shape: readonly number[]): readonly number[] {
    return this.#found?.outputShape?.(shape) ?? shape;
  }

  record(program: ProgramBuilder, x: Region): Recorded {
    return this.#found!.record(program, x);
  }
}

/** @throws RangeError for a name that no activation has, TypeError for another kind of value */
export function resolveActivation(where: string, value: unknown): Activation {
  if (typeof value === "object" && value !== null && "record" in value && "name" in value) return value as Activation;
  if (typeof value !== "string") {
    throw new TypeError(`${where}: expected the name of an activation or an activation, got ${show(value)}`);
  }
  const name = value.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const known = AT_ONCE.get(name);
  if (known) return known;
  if (!NAMES.includes(name as never)) checkChoice(where, value, [...AT_ONCE.keys(), ...NAMES]);
  return new NamedActivation(name);
}

/** The option of layers that end with an activation. */
export function activation(): Option<Activation, ActivationName | Activation> {
  return {
    check: resolveActivation,
    write: (value) => value.config?.() ?? value.name,
    read: (_, value) => nameOf(value),
  };
}

/** The name of an activation in a config, which may have longer forms for it; null means none. */
function nameOf(value: unknown): unknown {
  if (value === null || value === undefined) return "linear";
  if (typeof value !== "object") return value;
  const { config, class_name, className } = value as Record<string, unknown>;
  return typeof config === "string" ? config : (class_name ?? className ?? value);
}

/**
 * Ends a layer with its activation: `linear` is what it recorded so far. The activation is an entry of its own on the tape, so that a
 * loss can start from before a softmax.
 */
export function recordActivation(
  program: ProgramBuilder,
  layer: { readonly name: string; readonly activation: Activation },
  before: Recorded,
  inputs: readonly Region[],
  weights: readonly Weight[],
): Recorded {
  const { name, activation } = layer;
  if (activation === linear) return before;
  const [z] = program.apply({ name, record: () => before }, inputs, weights);
  return { outputs: program.apply({ name, record: () => activation.record(program, z!) }, [z!], []) };
}

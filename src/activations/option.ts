import { toCamelCase, toSnakeCase } from "../base/case.js";
import { checkChoice, show } from "../base/check.js";
import type { Option } from "../base/options.js";
import type { ProgramBuilder, Recorded } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import type { Weight, WeightRegularizer } from "../engine/program/weight.js";
import { Layer } from "../layers/base/layer.js";
import { type Activation, halved, linear } from "./activation.js";
import { LayerActivation } from "./layerActivation.js";
import { registeredActivations } from "./registered.js";
import { relu } from "./relu.js";
import { softmax } from "./softmax.js";

/** Those that are there at once; all others are imported when a model that names them is about to run. */
const AT_ONCE: ReadonlyMap<string, Activation> = /* @__PURE__ */ new Map(
  [linear, relu, softmax].map((activation) => [activation.name, activation]),
);

/** Names of activations, as Keras has them, that `registry.ts` holds. `gelu_new` is TensorFlow.js' for the approximate one. */
const NAMES = [
  ...["sigmoid", "tanh", "relu6", "leaky_relu", "elu", "selu", "gelu", "gelu_new", "silu", "swish"],
  ...["hard_sigmoid", "hard_silu", "hard_swish", "softplus", "softsign", "exponential", "mish", "celu", "log_sigmoid"],
  ...["hard_tanh", "tanh_shrink", "soft_shrink", "hard_shrink", "squareplus", "sparse_plus", "sparse_sigmoid"],
  ...["log_softmax", "sparsemax", "glu"],
] as const;

/** Those that a config may hold with options. */
const WITH_OPTIONS: readonly string[] = ["relu", "threshold", ...NAMES];

const camelKeys = (options: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(options).map(([key, value]) => [toCamelCase(key), value]));

type CamelCase<S extends string> = S extends `${infer A}_${infer B}` ? `${A}${Capitalize<CamelCase<B>>}` : S;
type KerasName = "linear" | "relu" | "softmax" | (typeof NAMES)[number];

/** An activation by its name, as Keras has it or in camel case: `leakyRelu`, `leaky_relu`. */
export type ActivationName = KerasName | CamelCase<KerasName>;

/** An activation that is known by name, and imported before it is recorded. */
class NamedActivation implements Activation {
  #found: Activation | undefined;

  /** @param options what a config holds beside the name, under Keras' names */
  constructor(
    readonly name: string,
    readonly options?: Readonly<Record<string, unknown>>,
  ) {}

  /** @throws TypeError, RangeError for wrong options */
  async load(): Promise<void> {
    if (this.#found) return;
    const given = camelKeys(this.options ?? {});
    this.#found = (await import("./registry.js")).activations.get(this.name)!(given);
  }

  /** Known before it is imported: the one activation that changes shapes is named here. */
  outputShape(shape: readonly number[]): readonly number[] {
    return this.name === "glu" ? halved(shape) : shape;
  }

  config(): unknown {
    return this.options ? { class_name: this.name, config: this.options } : this.name;
  }

  record(program: ProgramBuilder, x: Region): Recorded {
    return this.#found!.record(program, x);
  }
}

/** @throws RangeError for a name that no activation has, TypeError for another kind of value */
export function resolveActivation(where: string, value: unknown): Activation {
  if (value instanceof Layer) return new LayerActivation(where, value);
  if (typeof value === "object" && value !== null && "record" in value && "name" in value) return value as Activation;
  if (typeof value !== "string") {
    throw new TypeError(`${where}: expected the name of an activation, an activation or a layer, got ${show(value)}`);
  }
  const own = registeredActivations.get(value);
  if (own) return own();
  const name = toSnakeCase(value);
  const known = AT_ONCE.get(name);
  if (known) return known;
  if (!NAMES.includes(name as never)) checkChoice(where, value, [...AT_ONCE.keys(), ...NAMES]);
  return new NamedActivation(name);
}

/** The shape of what an activation makes of a layer's output of this shape. @throws RangeError where it does not fit */
export function activatedShape({ activation }: { readonly activation: Activation }, shape: Shape): Shape {
  return activation.outputShape?.(shape) ?? shape;
}

/** The option of layers that end with an activation. */
export function activation(): Option<Activation, ActivationName | Activation | Layer> {
  return {
    holdsLayer: true,
    check: resolveActivation,
    write: (value) => value.config?.() ?? value.name,
    read,
  };
}

/** What a config holds for an activation: a name, which may have longer forms, or a name with options; null means none. */
function read(where: string, value: unknown): unknown {
  if (value === null || value === undefined) return "linear";
  if (typeof value !== "object" || value instanceof Layer) return value;
  const { config, class_name, className = class_name } = value as Record<string, unknown>;
  if (typeof config === "string") return config;
  if (typeof className !== "string") return value;
  const options = (config ?? {}) as Record<string, unknown>;
  if (Object.keys(options).length === 0) return className;
  const own = registeredActivations.get(className);
  if (own) return own(camelKeys(options));
  if (!WITH_OPTIONS.includes(className)) checkChoice(where, className, WITH_OPTIONS);
  return new NamedActivation(className, options);
}

/**
 * Ends a layer with its activation and the penalty on that: `before` is what it recorded so far. The activation is an entry of its own
 * on the tape, so that a loss can start from before a softmax.
 */
export function recordActivation(
  program: ProgramBuilder,
  layer: {
    readonly name: string;
    readonly activation: Activation;
    readonly activityRegularizer: WeightRegularizer | null;
  },
  before: Recorded,
  inputs: readonly Region[],
  weights: readonly Weight[],
): Recorded {
  const { name, activation, activityRegularizer } = layer;
  const penalized = (recorded: Recorded) => {
    activityRegularizer?.recordActivity?.(program, recorded.outputs[0]!);
    return recorded;
  };
  if (activation === linear) return penalized(before);
  const [z] = program.apply({ name, record: () => before }, inputs, weights);
  return penalized({ outputs: program.apply({ name, record: () => activation.record(program, z!) }, [z!], []) });
}

import { show } from "../engine/check.js";
import type { Shape } from "../engine/shape.js";
import { initializerFromConfig } from "../initializers/fromConfig.js";
import { Conv2D } from "./conv2d.js";
import { Dense } from "./dense.js";
import { Flatten } from "./flatten.js";
import { factoryName, type Layer, type LayerConfig } from "./layer.js";
import { MaxPooling2D } from "./maxPooling2d.js";
import { Rescaling } from "./rescaling.js";

interface LayerClass {
  /** Keras' names of the options that the constructor takes, in camel case. */
  readonly options: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: the constructor checks what it is given.
  readonly make: (options: any) => Layer;
}

const WEIGHTED = ["activation", "use_bias", "kernel_initializer", "bias_initializer"];

const CLASSES: ReadonlyMap<string, LayerClass> = new Map<string, LayerClass>([
  [
    "Conv2D",
    {
      options: ["filters", "kernel_size", "strides", "padding", "dilation_rate", ...WEIGHTED],
      make: (options) => new Conv2D(options),
    },
  ],
  ["Dense", { options: ["units", ...WEIGHTED], make: (options) => new Dense(options) }],
  ["Flatten", { options: [], make: (options) => new Flatten(options) }],
  ["MaxPooling2D", { options: ["pool_size", "strides", "padding"], make: (options) => new MaxPooling2D(options) }],
  ["Rescaling", { options: ["scale", "offset"], make: (options) => new Rescaling(options) }],
]);

/** Options of Keras that say nothing as long as they have one of these values, or are null. */
const FIXED: ReadonlyMap<string, readonly unknown[]> = new Map<string, readonly unknown[]>([
  ["data_format", ["channels_last"]],
  ["groups", [1]],
  ["dtype", ["float32"]],
  ["sparse", [false]],
  ["ragged", [false]],
  ["optional", [false]],
  ["autocast", [true]],
  ["dynamic", [false]],
]);

export function isLayerClass(className: string): boolean {
  return CLASSES.has(className);
}

/**
 * The layer of a Keras config, in Keras' snake case or in camel case.
 * @param inputShape for the first layer of a model, which has it from elsewhere
 * @throws Error, TypeError or RangeError that says what is not supported: every option, and not just the first
 */
export function layerFromConfig(className: string, config: LayerConfig, inputShape?: Shape): Layer {
  const layerClass = CLASSES.get(className);
  if (!layerClass) throw new Error(`layers: expected ${[...CLASSES.keys()].join(", ")}, got ${className}`);
  const options: [name: string, value: unknown][] = [];
  const problems: string[] = [];
  for (const [key, value] of Object.entries(config)) {
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (name === "name" || name === "trainable") options.push([name, value]);
    else if (layerClass.options.includes(name)) {
      try {
        options.push([camelCase(name), optionValue(`${factoryName(className)}.${camelCase(name)}`, name, value)]);
      } catch (error) {
        problems.push((error as Error).message);
      }
    } else if (value !== null && value !== undefined && !FIXED.get(name)?.includes(plain(value))) {
      problems.push(`expected no ${name}, got ${show(plain(value))}`);
    }
  }
  if (problems.length > 0) throw new RangeError(problems.join("; "));
  const given = options.filter(([, value]) => value !== null && value !== undefined);
  return layerClass.make({ ...Object.fromEntries(given), ...(inputShape && { inputShape }) });
}

function optionValue(where: string, name: string, value: unknown): unknown {
  if (name === "activation") return plain(value) ?? "linear";
  if (name.endsWith("_initializer")) return initializerFromConfig(where, value);
  return value;
}

/** What is meant by Keras' longer forms: the name of an activation or a dtype policy. */
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { config, class_name, className: name } = value as Record<string, unknown>;
  if (typeof config === "string") return config;
  if (typeof config === "object" && config !== null && class_name === "DTypePolicy")
    return (config as LayerConfig).name;
  return class_name ?? name ?? value;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

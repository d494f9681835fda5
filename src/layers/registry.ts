// Layers by Keras' names: for what reads configs, and only imported by that.

import { toCamelCase } from "../base/case.js";
import { readConfig } from "../base/named.js";
import { ifOwn, registered } from "../base/registered.js";
import { classesOf, type DeclaredClass, optionsFromConfig } from "../base/registry.js";
import { factoryName, type Layer, type LayerConfig, madeClass } from "./base/layer.js";

/** Those of the library, where a file may name any of them. */
let all: ReadonlyMap<string, DeclaredClass<Layer>> | undefined;

/**
 * Makes all layers known that a module exports. What makes models of files does so; a page that trains a model of its own reads none
 * but that model's weights, so that the layers that it has made will do, and it need not load the others.
 */
export function knowLayers(module: object): void {
  all = classesOf<Layer>(module);
}

export function layerClass(className: string): DeclaredClass<Layer> | undefined {
  const own = registered("layer", className)?.made as DeclaredClass<Layer> | undefined;
  return own ?? (all ? all.get(className) : madeClass(className));
}

/** The config with layers in the place of the configs of layers in it, as wrappers and activations have them. */
function withLayers({ declared }: DeclaredClass<Layer>, config: LayerConfig): LayerConfig {
  const made = Object.entries(config).map(([key, value]): [string, unknown] => {
    const name = toCamelCase(key);
    if (!declared[name]?.holdsLayer || typeof value !== "object") return [key, value];
    const read = readConfig(value);
    // Some activations are written like this, too.
    return [key, read && layerClass(read.name) ? layerFromConfig(read.name, read.config) : value];
  });
  return Object.fromEntries(made);
}

/**
 * The layer of a Keras config, in Keras' snake case or in camel case.
 * @throws Error, TypeError or RangeError that says what is not supported: every option, and not just the first
 */
export function layerFromConfig(className: string, { name, trainable, ...config }: LayerConfig): Layer {
  const known = layerClass(className);
  if (!known)
    throw new Error(`layers: expected ${[...(all?.keys() ?? [])].join(", ")}, got ${className}${ifOwn("layer")}`);
  const options = optionsFromConfig(factoryName(className), known, withLayers(known, config));
  return new known({
    ...options,
    ...(name !== undefined && name !== null && { name }),
    ...(trainable !== undefined && trainable !== null && { trainable }),
  });
}

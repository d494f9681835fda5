// All layers by Keras' names: for what reads configs, and only imported by that.

import { readConfig } from "../base/named.js";
import { classesOf, type DeclaredClass, optionsFromConfig } from "../base/registry.js";
import { factoryName, type Layer, type LayerConfig } from "./base/layer.js";
import * as all from "./index.js";
import { registeredLayers } from "./registered.js";

const CLASSES = classesOf<Layer>(all);

export function layerClass(className: string): DeclaredClass<Layer> | undefined {
  return registeredLayers.get(className) ?? CLASSES.get(className);
}

/** Of all layers. */
export function layerClassNames(): readonly string[] {
  return [...CLASSES.keys(), ...registeredLayers.names];
}

/** The config with layers in the place of the configs of layers in it, as wrappers and activations have them. */
function withLayers({ declared }: DeclaredClass<Layer>, config: LayerConfig): LayerConfig {
  const made = Object.entries(config).map(([key, value]): [string, unknown] => {
    const name = key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
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
  if (!known) throw new Error(`layers: expected ${layerClassNames().join(", ")}, got ${className}`);
  const options = optionsFromConfig(factoryName(className), known, withLayers(known, config));
  return new known({
    ...options,
    ...(name !== undefined && name !== null && { name }),
    ...(trainable !== undefined && trainable !== null && { trainable }),
  });
}

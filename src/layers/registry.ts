// All layers by Keras' names: for what reads configs, and only imported by that.

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

/**
 * The layer of a Keras config, in Keras' snake case or in camel case.
 * @throws Error, TypeError or RangeError that says what is not supported: every option, and not just the first
 */
export function layerFromConfig(className: string, { name, trainable, ...config }: LayerConfig): Layer {
  const known = layerClass(className);
  if (!known) throw new Error(`layers: expected ${layerClassNames().join(", ")}, got ${className}`);
  const options = optionsFromConfig(factoryName(className), known, config);
  return new known({
    ...options,
    ...(name !== undefined && name !== null && { name }),
    ...(trainable !== undefined && trainable !== null && { trainable }),
  });
}

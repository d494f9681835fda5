import { show } from "../../base/check.js";
import type { Option } from "../../base/options.js";
import { Layer } from "./layer.js";

/** A layer as the config of another holds it, in Keras' form. */
export function writeLayer(layer: Layer) {
  const { className, name, trainable } = layer;
  const config = { name, trainable, ...layer.config() };
  return { module: "keras.layers", class_name: className, config, registered_name: null };
}

/** An option of layers that wrap another. What reads configs makes it from its own config before. */
export function layer(): Option<Layer> {
  return {
    holdsLayer: true,
    check(where, value) {
      if (value instanceof Layer) return value;
      throw new TypeError(`${where}: expected a layer, got ${show(value)}`);
    },
    write: writeLayer,
  };
}

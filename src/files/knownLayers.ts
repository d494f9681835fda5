import { ifOwn } from "../base/registered.js";
import type { LayerSnapshot } from "../graph/snapshot.js";
import type { LayerConfig } from "../layers/base/layer.js";
import { layerClass, layerFromConfig } from "../layers/registry.js";
import { isOperation } from "./kerasOperations.js";
import type { KnownLayers } from "./kerasRows.js";

function makeRow(kind: string, options: LayerConfig, label: string, problems: string[]): LayerSnapshot | undefined {
  if (!layerClass(kind)) {
    problems.push(kind === "Lambda" ? `${label}: code is never run` : `${label}: no such layer${ifOwn("layer")}`);
    return undefined;
  }
  try {
    const layer = layerFromConfig(kind, options);
    const { className, name, trainable } = layer;
    return { className, config: { name, trainable, ...layer.config() }, weights: [] };
  } catch (error) {
    problems.push(`${label}: ${(error as Error).message}`);
    return undefined;
  }
}

export const knownLayers: KnownLayers = {
  isLayer: (kind) => layerClass(kind) !== undefined && !isOperation(kind),
  makeRow,
  outputShapes: ({ className, config }, shapes) => layerFromConfig(className, config).outputShapes(shapes),
};

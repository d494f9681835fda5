import * as layers from "../layers/index.js";
import { knowLayers } from "../layers/registry.js";
import * as losses from "../losses/registry.js";
import { lossRegistry } from "../losses/resolve.js";
import * as metrics from "../metrics/registry.js";
import { metricRegistry } from "../metrics/resolve.js";
import * as optimizers from "../optimizers/fromConfig.js";
import { optimizerRegistry } from "../optimizers/resolve.js";
import { graphReader } from "./readKerasConfig.js";
import * as graphs from "./readKerasGraph.js";

/** Gives readers and writers of models all that they import on demand: for what is synchronous, and takes models from elsewhere. */
export function giveAllParts(): void {
  knowLayers(layers);
  lossRegistry.give(losses);
  metricRegistry.give(metrics);
  optimizerRegistry.give(optimizers);
  graphReader.give(graphs);
}

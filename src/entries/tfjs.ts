// A model as plain data may come from elsewhere, with layers that were never made here.

import * as layers from "../layers/index.js";
import { knowLayers } from "../layers/registry.js";

knowLayers(layers);

export * from "../files/tfjs.js";

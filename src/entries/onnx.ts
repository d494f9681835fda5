// A model as plain data may come from elsewhere, with layers that were never made here.

import { giveAllParts } from "../files/allParts.js";

giveAllParts();

export * from "../files/onnx.js";

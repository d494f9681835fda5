// All activations by Keras' names. Imported when a model names one that is not there at once.

import { type Activation, linear } from "./activation.js";
import { relu } from "./relu.js";
import { softmax } from "./softmax.js";

export const activations: ReadonlyMap<string, Activation> = new Map(
  [linear, relu, softmax].map((activation) => [activation.name, activation]),
);

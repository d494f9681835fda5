// All activations by Keras' names. Imported when a model names one that is not there at once, or one with options.

import type { Activation } from "./activation.js";
import * as all from "./index.js";

type Make = (options?: object) => Activation;

/** What makes one from its options, which have Keras' names here in camel case. */
export const activations: ReadonlyMap<string, Make> = new Map<string, Make>([
  ...Object.values(all)
    .filter((make) => "activationName" in make)
    .map((make) => [make.activationName, make as Make] as const),
  ["swish", all.silu],
  ["hard_swish", all.hardSilu],
  ["gelu_new", () => all.gelu({ approximate: true })],
]);

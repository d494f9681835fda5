// All activations by Keras' names. Imported when a model names one that is not there at once, or one with options.

import type { Activation } from "./activation.js";
import * as rectifiers from "./rectifiers.js";
import * as rows from "./rows.js";
import * as shrinks from "./shrinks.js";
import * as sigmoids from "./sigmoids.js";

type Make = (options?: object) => Activation;

/** What makes one from its options, which have Keras' names here in camel case. */
export const activations: ReadonlyMap<string, Make> = new Map<string, Make>([
  ...[rectifiers, rows, shrinks, sigmoids]
    .flatMap((module) => Object.values(module))
    .filter((make) => "activationName" in make)
    .map((make) => [make.activationName, make as Make] as const),
  ["swish", rectifiers.silu],
  ["hard_swish", rectifiers.hardSilu],
  ["gelu_new", () => rectifiers.gelu({ approximate: true })],
]);

import { numberedNames } from "../layers/base/names.js";

// Keras 3's `model.weights.h5`: layers/<class in snake case>[_n]/vars/<i>, in models inside
// layers/functional/layers/<class>[_n]/vars/<i>, and optimizer/vars/<i>.

/** Names of the groups of the layers: by class and order, never by the layer's own name. */
export function groupNames(layers: readonly { readonly className: string }[]): readonly string[] {
  const nameOf = numberedNames();
  return layers.map(({ className }) => nameOf(className));
}

/** Where a layer's weights lie in its group. Of one that is wrapped in a group inside, and the kernel, which the wrapper holds too, twice. */
export function weightGroups<T>(
  className: string,
  weights: readonly T[],
): readonly (readonly [path: "vars" | "layer/vars", some: readonly T[]])[] {
  const [kernel, vector, ...rest] = weights;
  if (className !== "SpectralNormalization" || weights.length < 2) return [["vars", weights]];
  return [
    ["layer/vars", [kernel!, ...rest]],
    ["vars", [kernel!, vector!]],
  ];
}

import { boolean, optional } from "../../base/options.js";
import { constraint } from "../../constraints/option.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Initializer, WeightConstraint, WeightRegularizer, WeightSpec } from "../../engine/program/weight.js";
import { GlorotUniform } from "../../initializers/glorotUniform.js";
import { initializer } from "../../initializers/option.js";
import { Zeros } from "../../initializers/zeros.js";
import { activityRegularizer, regularizer } from "../../regularizers/option.js";

/** The options that say of a kernel how it begins and is kept. */
export const kernelOptions = {
  /** Default "glorotUniform". */
  kernelInitializer: optional(initializer(), () => new GlorotUniform()),
  /** A penalty on the kernel, added to the loss. Default null: none. */
  kernelRegularizer: optional(regularizer(), null),
  /** What the kernel is brought to after each step. Default null: nothing. */
  kernelConstraint: optional(constraint(), null),
};

/** Likewise of a bias, and whether there is one. */
export const biasOptions = {
  /** Default true. */
  useBias: optional(boolean(), true),
  /** Default "zeros". */
  biasInitializer: optional(initializer(), () => new Zeros()),
  /** A penalty on the bias, added to the loss. Default null: none. */
  biasRegularizer: optional(regularizer(), null),
  /** What the bias is brought to after each step. Default null: nothing. */
  biasConstraint: optional(constraint(), null),
};

/** The option of a penalty on what a layer gives out. */
export const activityOptions = {
  /** A penalty on the output, after the activation, added to the loss: its sum divided by the samples. Default null: none. */
  activityRegularizer: optional(activityRegularizer(), null),
};

/** What a layer says of one weight: its options begin with the weight's kind. */
export type Kept<K extends string> = Readonly<
  Record<`${K}Initializer`, Initializer> &
    Record<`${K}Regularizer`, WeightRegularizer | null> &
    Record<`${K}Constraint`, WeightConstraint | null>
>;

/** A weight as a layer's options of this kind (`kernel` for kernelInitializer ...) have it. */
export function weightSpec<K extends string>(layer: Kept<K>, kind: K, shape: Shape, name: string = kind): WeightSpec {
  const options = layer as Kept<string>;
  return {
    name,
    shape,
    initializer: options[`${kind}Initializer`]!,
    regularizer: options[`${kind}Regularizer`] ?? undefined,
    constraint: options[`${kind}Constraint`] ?? undefined,
  };
}

/** The bias of so many numbers, if there is one. */
export function biasSpec(layer: Kept<"bias"> & { readonly useBias: boolean }, size: number): readonly WeightSpec[] {
  return layer.useBias ? [weightSpec(layer, "bias", [size])] : [];
}

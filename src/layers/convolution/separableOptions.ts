import { optional } from "../../base/options.js";
import { constraint } from "../../constraints/option.js";
import { GlorotUniform } from "../../initializers/glorotUniform.js";
import { initializer } from "../../initializers/option.js";
import { regularizer } from "../../regularizers/option.js";

/** The options that say of a depthwise kernel how it begins and is kept. */
export const depthwiseOptions = {
  /** Default "glorotUniform". */
  depthwiseInitializer: optional(initializer(), () => new GlorotUniform()),
  /** A penalty on the depthwise kernel, added to the loss. Default null: none. */
  depthwiseRegularizer: optional(regularizer(), null),
  /** What the depthwise kernel is brought to after each step. Default null: nothing. */
  depthwiseConstraint: optional(constraint(), null),
};

/** Likewise of a pointwise kernel. */
export const pointwiseOptions = {
  /** Default "glorotUniform". */
  pointwiseInitializer: optional(initializer(), () => new GlorotUniform()),
  /** A penalty on the pointwise kernel, added to the loss. Default null: none. */
  pointwiseRegularizer: optional(regularizer(), null),
  /** What the pointwise kernel is brought to after each step. Default null: nothing. */
  pointwiseConstraint: optional(constraint(), null),
};

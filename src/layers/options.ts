// The options of `defineLayer` and its like: each says what values are taken, and how configs hold them.

export { activation } from "../activations/option.js";
export {
  alias,
  boolean,
  choice,
  integer,
  integers,
  kerasName,
  nullable,
  number,
  numbers,
  optional,
  pair,
  shape,
  text,
} from "../base/options.js";
export { constraint } from "../constraints/option.js";
export { initializer } from "../initializers/option.js";
export { learningRate } from "../optimizers/optimizer.js";
export { regularizer } from "../regularizers/option.js";
export { layer } from "./base/layerOption.js";

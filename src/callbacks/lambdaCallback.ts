import { type Callback, checkCallbacks } from "./callback.js";

/** A callback made of functions, as Keras' `LambdaCallback`. `fit` takes such objects as they are. */
export class LambdaCallback implements Callback {
  /** @throws TypeError, RangeError for a hook that is never called, or is no function */
  constructor(hooks: Callback) {
    checkCallbacks("LambdaCallback", [hooks]);
    Object.assign(this, hooks);
  }
}

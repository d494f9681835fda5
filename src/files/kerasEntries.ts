// The entries of a `.keras` file.

export const METADATA = "metadata.json";
export const CONFIG = "config.json";
export const WEIGHTS = "model.weights.h5";
/** What goes on from one `fit` to the next; Keras does not look at it. */
export const PROGRESS = "wasm-cnn.json";

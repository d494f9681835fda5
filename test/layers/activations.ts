import { reluBackward, reluForward, softmaxBackward, softmaxForward } from "../reference/activation.js";
import type { Tensor } from "../reference/tensor.js";

/** The reference of the activations that layers take by name; y is the output of the forward pass. */
export const activations = {
  linear: { forward: (z: Tensor) => z, backward: ({ dy }: { dy: Tensor; y: Tensor }) => dy },
  relu: { forward: reluForward, backward: reluBackward },
  softmax: { forward: softmaxForward, backward: softmaxBackward },
};

import { activations, registerActivation } from "wasm-cnn";
import { kernels } from "./kernels.js";

/** f(x) = max(0, x)^2, of the kernels squaredReluForward and squaredReluBackward, which reads x. */
export const squaredRelu = activations.defineActivation("squared_relu", {}, () =>
  activations.elementwise(kernels, "squaredRelu", "x"),
);

registerActivation(squaredRelu);

import { gemmTransposed } from "./gemm.js";
import type { Parameter } from "./rmsprop.js";

/** y = kernel x + bias of one sample. */
export class Dense {
  readonly #kernel: Parameter;
  readonly #bias: Parameter;
  readonly #output: Float64Array;
  readonly #inputGradient: Float64Array;

  /** @param kernel units x inputs */
  constructor(kernel: Parameter, bias: Parameter) {
    const units = bias.value.length;
    this.#kernel = kernel;
    this.#bias = bias;
    this.#output = new Float64Array(units);
    this.#inputGradient = new Float64Array(kernel.value.length / units);
  }

  forward(x: Float64Array): Float64Array {
    gemmTransposed(this.#output, x, this.#kernel.value, this.#bias.value, 1, this.#output.length, x.length);
    return this.#output;
  }

  /** dy and forward's x -> dx; adds to the gradients of kernel and bias. */
  backward(dy: Float64Array, x: Float64Array): Float64Array {
    const { value, gradient } = this.#kernel;
    const biasGradient = this.#bias.gradient;
    const inputGradient = this.#inputGradient.fill(0);
    for (let j = 0; j < dy.length; j++) {
      const g = dy[j]!;
      if (g === 0) continue;
      biasGradient[j]! += g;
      const row = j * x.length;
      for (let i = 0; i < x.length; i++) {
        gradient[row + i]! += g * x[i]!;
        inputGradient[i]! += g * value[row + i]!;
      }
    }
    return inputGradient;
  }
}

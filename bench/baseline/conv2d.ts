import { gemmSparseAdd, gemmTransposed } from "./gemm.js";
import type { Parameter } from "./rmsprop.js";

const KERNEL_SIZE = 3;

/** y = conv2d(x, kernel) + bias of one sample, 3x3 with valid padding, by im2col and matrix products. */
export class Conv2D {
  readonly #kernel: Parameter;
  readonly #bias: Parameter;
  readonly #size: number;
  readonly #channels: number;
  readonly #outputSize: number;
  readonly #positions: number;
  readonly #filters: number;
  readonly #patchLength: number;
  readonly #output: Float64Array;
  readonly #patches: Float64Array;
  readonly #patchGradients: Float64Array;
  readonly #inputGradient: Float64Array;
  readonly #nonZeros: Int32Array;

  /**
   * @param kernel filters x (3 * 3 * channels)
   * @param size rows, and columns, of the input
   * @param outputSize rows, and columns, of the output that are computed: what the next layer would drop need not be
   */
  constructor(kernel: Parameter, bias: Parameter, size: number, outputSize = size - KERNEL_SIZE + 1) {
    this.#kernel = kernel;
    this.#bias = bias;
    this.#size = size;
    this.#outputSize = outputSize;
    // No ** 2 here: V8 keeps its result as a double, and every loop over it ran at half speed.
    this.#positions = outputSize * outputSize;
    this.#filters = bias.value.length;
    this.#patchLength = kernel.value.length / this.#filters;
    this.#channels = this.#patchLength / (KERNEL_SIZE * KERNEL_SIZE);
    this.#output = new Float64Array(this.#positions * this.#filters);
    this.#patches = new Float64Array(this.#positions * this.#patchLength);
    this.#patchGradients = new Float64Array(this.#patches.length);
    this.#inputGradient = new Float64Array(size * size * this.#channels);
    this.#nonZeros = new Int32Array(Math.max(this.#positions, this.#filters));
  }

  /** x: size x size x channels -> y: outputSize x outputSize x filters */
  forward(x: Float64Array): Float64Array {
    this.#im2col(x);
    const [m, n, k] = [this.#positions, this.#filters, this.#patchLength];
    gemmTransposed(this.#output, this.#patches, this.#kernel.value, this.#bias.value, m, n, k);
    return this.#output;
  }

  /** Adds to the gradients of kernel and bias. */
  backwardWeights(dy: Float64Array): void {
    const [m, n, k] = [this.#filters, this.#patchLength, this.#positions];
    gemmSparseAdd(this.#kernel.gradient, dy, 1, m, this.#patches, m, n, k, this.#nonZeros);
    const biasGradient = this.#bias.gradient;
    for (let i = 0; i < dy.length; i += m) {
      for (let f = 0; f < m; f++) biasGradient[f]! += dy[i + f]!;
    }
  }

  /** dy -> dx */
  backwardInput(dy: Float64Array): Float64Array {
    const [m, n, k] = [this.#positions, this.#patchLength, this.#filters];
    this.#patchGradients.fill(0);
    gemmSparseAdd(this.#patchGradients, dy, k, 1, this.#kernel.value, m, n, k, this.#nonZeros);
    this.#col2im();
    return this.#inputGradient;
  }

  /** Writes the patch under every output position as one row: three runs of 3 * channels numbers each. */
  #im2col(x: Float64Array): void {
    const patches = this.#patches;
    const run = KERNEL_SIZE * this.#channels;
    let to = 0;
    for (let row = 0; row < this.#outputSize; row++) {
      for (let column = 0; column < this.#outputSize; column++) {
        for (let i = 0; i < KERNEL_SIZE; i++) {
          const from = ((row + i) * this.#size + column) * this.#channels;
          for (let j = 0; j < run; j++) patches[to++] = x[from + j]!;
        }
      }
    }
  }

  /** Adds every row of the patches' gradients back to where im2col took it from. */
  #col2im(): void {
    const patchGradients = this.#patchGradients;
    const inputGradient = this.#inputGradient.fill(0);
    const run = KERNEL_SIZE * this.#channels;
    let from = 0;
    for (let row = 0; row < this.#outputSize; row++) {
      for (let column = 0; column < this.#outputSize; column++) {
        for (let i = 0; i < KERNEL_SIZE; i++) {
          const to = ((row + i) * this.#size + column) * this.#channels;
          for (let j = 0; j < run; j++) inputGradient[to + j]! += patchGradients[from++]!;
        }
      }
    }
  }
}

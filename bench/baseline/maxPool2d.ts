/** y = the maxima of the 2x2 windows of one sample. */
export class MaxPool2D {
  readonly #size: number;
  readonly #channels: number;
  readonly #output: Float64Array;
  readonly #argmax: Int32Array;
  readonly #inputGradient: Float64Array;

  /** @param size rows, and columns, of the input; even */
  constructor(size: number, channels: number) {
    this.#size = size;
    this.#channels = channels;
    this.#output = new Float64Array((size * size * channels) / 4);
    this.#argmax = new Int32Array(this.#output.length);
    this.#inputGradient = new Float64Array(size * size * channels);
  }

  /** x: size x size x channels -> y: size / 2 x size / 2 x channels */
  forward(x: Float64Array): Float64Array {
    const output = this.#output;
    const argmax = this.#argmax;
    const right = this.#channels;
    const below = this.#size * this.#channels;
    let to = 0;
    for (let row = 0; row < this.#size; row += 2) {
      for (let column = 0; column < this.#size; column += 2) {
        const corner = (row * this.#size + column) * this.#channels;
        for (let i = corner; i < corner + this.#channels; i++) {
          let best = i;
          if (x[i + right]! > x[best]!) best = i + right;
          if (x[i + below]! > x[best]!) best = i + below;
          if (x[i + below + right]! > x[best]!) best = i + below + right;
          argmax[to] = best;
          output[to++] = x[best]!;
        }
      }
    }
    return output;
  }

  /** dy -> dx */
  backward(dy: Float64Array): Float64Array {
    const argmax = this.#argmax;
    const inputGradient = this.#inputGradient.fill(0);
    for (let i = 0; i < dy.length; i++) inputGradient[argmax[i]!] = dy[i]!;
    return inputGradient;
  }
}

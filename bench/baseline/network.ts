import { Conv2D } from "./conv2d.js";
import { Dense } from "./dense.js";
import { MaxPool2D } from "./maxPool2d.js";
import { relu, reluBackward } from "./relu.js";
import { Parameter, rmsprop } from "./rmsprop.js";
import { softmax } from "./softmax.js";

const PIXELS = 28 * 28;
const CLASSES = 10;

/**
 * The network of the benchmark in plain JavaScript, as fast as that gets while it can still be read:
 *
 *     Rescaling(1 / 255) - Conv2D(32, 3, relu) - MaxPooling2D(2) - Conv2D(64, 3, relu) - MaxPooling2D(2)
 *     - Conv2D(64, 3, relu) - Flatten - Dense(64, relu) - Dense(10, softmax)
 *
 * trained with categorical cross-entropy and RMSprop, with Keras' numbers. One sample goes through the whole forward
 * and backward pass before the next, so its activations stay in the cache. All buffers are allocated once.
 */
export class BaselineNetwork {
  readonly #parameters: Parameter[];
  readonly #image = new Float64Array(PIXELS);
  readonly #conv1: Conv2D;
  readonly #pool1 = new MaxPool2D(26, 32);
  readonly #conv2: Conv2D;
  readonly #pool2 = new MaxPool2D(10, 64);
  readonly #conv3: Conv2D;
  readonly #dense1: Dense;
  readonly #dense2: Dense;

  /** @param weights kernel and bias of each layer in Keras' order and layout; they are copied */
  constructor(weights: readonly Float32Array[]) {
    // Kernels are kept as outputs x inputs: then every product reads them along their rows.
    const layers = [0, 2, 4, 6, 8].map((t) => {
      const bias = weights[t + 1]!;
      const kernel = transpose(weights[t]!, bias.length);
      return [new Parameter(kernel), new Parameter(bias)] as const;
    });
    const [conv1, conv2, conv3, dense1, dense2] = layers;
    this.#parameters = layers.flat();
    this.#conv1 = new Conv2D(...conv1!, 28);
    this.#conv2 = new Conv2D(...conv2!, 13, 10);
    this.#conv3 = new Conv2D(...conv3!, 5);
    this.#dense1 = new Dense(...dense1!);
    this.#dense2 = new Dense(...dense2!);
  }

  /** Copies of the weights, in Keras' order and layout. */
  get weights(): Float32Array[] {
    const values = this.#parameters.map((parameter) => Float32Array.from(parameter.value));
    return values.map((value, t) => (t % 2 === 0 ? transpose(value, value.length / values[t + 1]!.length) : value));
  }

  /**
   * One training step.
   *
   * @param images samples x 28 x 28, 0 to 255
   * @param labels samples x 10, one-hot
   * @returns the mean loss before the step
   */
  trainOnBatch(images: Uint8Array, labels: Float32Array, samples: number): number {
    let loss = 0;
    for (let s = 0; s < samples; s++) loss += this.#trainOnSample(images, labels, s);
    for (const parameter of this.#parameters) rmsprop(parameter, samples);
    return loss / samples;
  }

  /** The probabilities of the classes, samples x 10. */
  predict(images: Uint8Array, samples: number): Float32Array {
    const probabilities = new Float32Array(samples * CLASSES);
    for (let s = 0; s < samples; s++) probabilities.set(this.#forward(images, s).y5, s * CLASSES);
    return probabilities;
  }

  #trainOnSample(images: Uint8Array, labels: Float32Array, s: number): number {
    const { y1, y2, y3, y4, y5 } = this.#forward(images, s);
    let loss = 0;
    const dy5 = y5;
    for (let c = 0; c < CLASSES; c++) {
      const label = labels[s * CLASSES + c]!;
      if (label !== 0) loss -= label * Math.log(y5[c]!);
      dy5[c] = y5[c]! - label;
    }
    const dy4 = reluBackward(this.#dense2.backward(dy5, y4), y4);
    const dy3 = reluBackward(this.#dense1.backward(dy4, y3), y3);
    this.#conv3.backwardWeights(dy3);
    const dy2 = this.#pool2.backward(reluBackward(this.#conv3.backwardInput(dy3), y2));
    this.#conv2.backwardWeights(dy2);
    const dy1 = this.#pool1.backward(reluBackward(this.#conv2.backwardInput(dy2), y1));
    this.#conv1.backwardWeights(dy1);
    return loss;
  }

  /** Relu comes after max pooling here: the result is the same, for a quarter of the work. */
  #forward(images: Uint8Array, s: number) {
    for (let i = 0; i < PIXELS; i++) this.#image[i] = images[s * PIXELS + i]! / 255;
    const y1 = relu(this.#pool1.forward(this.#conv1.forward(this.#image)));
    const y2 = relu(this.#pool2.forward(this.#conv2.forward(y1)));
    const y3 = relu(this.#conv3.forward(y2));
    const y4 = relu(this.#dense1.forward(y3));
    const y5 = softmax(this.#dense2.forward(y4));
    return { y1, y2, y3, y4, y5 };
  }
}

/** The transpose of a matrix with so many columns. */
function transpose(matrix: Float32Array, columns: number): Float32Array {
  const rows = matrix.length / columns;
  return matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!);
}

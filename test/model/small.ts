import { onTestFinished, vi } from "vitest";
import { type Layer, layers, Sequential, type SequentialOptions } from "wasm-cnn";
import { random } from "../reference/random.js";

/** Shape of a sample of the small data. */
export const SHAPE = [6, 6, 1];

/**
 * A network of every kind of layer, small enough for thousands of steps; compiled. Without threads: "auto" starts some
 * where steps seem long, as under `slowClock`, and a step that they share may be over before the event loop runs.
 */
export function smallModel(options: SequentialOptions = { seed: 1 }): Sequential {
  const model = new Sequential(smallLayers(), options);
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"], threads: 0 });
  return model;
}

export function smallLayers(): Layer[] {
  return [
    layers.rescaling({ scale: 2, inputShape: SHAPE }),
    layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu" }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dense({ units: 5, activation: "relu" }),
    layers.dense({ units: 3, activation: "softmax" }),
  ];
}

export interface Batch {
  readonly data: Float32Array;
  readonly shape: number[];
}

/** `count` samples and their one-hot targets, of 3 classes that can be told apart. */
export function smallData(count: number, seed = 1): { x: Batch; y: Batch } {
  const values = random(seed);
  const y = Float32Array.from(values.oneHot(count, 3).data);
  const noise = Float32Array.from(values.tensor([count, ...SHAPE]).data);
  const x = noise.map((value, i) => value + (y[3 * Math.floor(i / 36) + (i % 3)]! > 0 ? 1 : 0));
  return { x: { data: x, shape: [count, ...SHAPE] }, y: { data: y, shape: [count, 3] } };
}

/** The samples begin .. end - 1. */
export function slice({ data, shape: [count, ...rest] }: Batch, begin: number, end: number): Batch {
  const size = data.length / count!;
  return { data: data.slice(begin * size, end * size), shape: [end - begin, ...rest] };
}

/** The samples in another order. */
export function inOrder(batch: Batch, order: readonly number[]): Batch {
  const parts = order.map((index) => slice(batch, index, index + 1).data);
  const data = new Float32Array(parts.flatMap((part) => [...part]));
  return { data, shape: [order.length, ...batch.shape.slice(1)] };
}

/** The weights of a model, without their names. */
export function weightsOf(model: Sequential): Float32Array[] {
  return model.getWeights().map(({ data }) => data);
}

/** Until the end of the test every kernel seems to take 10 ms: the event loop runs after each. */
export function slowClock(): void {
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => {
    now += 10;
    return now;
  });
  onTestFinished(() => clock.mockRestore());
}

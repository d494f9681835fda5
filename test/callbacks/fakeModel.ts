import { type NamedWeight, RMSprop, type TrainedModel } from "wasm-cnn";

/** A model with one weight and a learning rate of 0.1, as callbacks see it. */
export class FakeModel implements Pick<TrainedModel, "stopTraining" | "optimizer" | "getWeights" | "setWeights"> {
  stopTraining = false;
  readonly optimizer = new RMSprop({ learningRate: 0.1 });
  weight = 0;

  getWeights(): NamedWeight[] {
    return [{ name: "kernel", shape: [1], data: Float32Array.of(this.weight) }];
  }

  setWeights([weight]: Parameters<TrainedModel["setWeights"]>[0]): void {
    this.weight = (weight as NamedWeight).data[0]!;
  }

  get trained(): TrainedModel {
    return this as unknown as TrainedModel;
  }
}

/** Keras' options under the names they have here. */
export function camelCase<T>(options: Readonly<Record<string, unknown>>): T {
  const name = (key: string) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [name(key), value])) as T;
}

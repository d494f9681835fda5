import { describe, expect, it } from "vitest";
import { losses, modelFromBytes, optimizers, type Sequential } from "wasm-cnn";
import { smallData, smallModel, weightsOf } from "./small.js";

// Names that `compile` takes stand for the classes with their defaults; what they name is imported when it is needed.

const { x, y } = smallData(16);
type Options = Parameters<Sequential["compile"]>[0];

/** The weights after four steps, what was reported, and the weights after four more of a model from its file. */
async function trained(options: Options) {
  const model = smallModel();
  model.compile(options);
  const { history } = await model.fit(x, y, { epochs: 2, batchSize: 8 });
  const result = { weights: weightsOf(model), history };
  const loaded = await modelFromBytes(await model.toBytes("keras"), "keras", { compile: true });
  await loaded.fit(x, y, { epochs: 2, batchSize: 8, shuffle: false });
  return { ...result, loaded: weightsOf(loaded as Sequential) };
}

describe("an optimizer by name trains as its class", () => {
  const classes = Object.entries(optimizers).filter(([name]) => /^[A-Z]/.test(name));

  it.each(classes)("%s", async (className, OptimizerClass) => {
    const loss = "categoricalCrossentropy";
    const byName = await trained({ optimizer: className.toLowerCase() as "adam", loss });
    const byClass = await trained({ optimizer: new (OptimizerClass as typeof optimizers.Adam)(), loss });
    expect(byName).toEqual(byClass);
    expect(byName.weights).not.toEqual(weightsOf(smallModel()));
  });
});

/** In snake case, as Keras' names are: "KLDivergence" -> "kl_divergence". */
const snake = (name: string) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();

describe("a loss by name is its class", () => {
  const classes = Object.entries(losses).filter(([name]) => /^[A-Z]/.test(name) && !/^Sparse|Generalized/.test(name));

  it.each(classes)("%s", async (className, LossClass) => {
    const optimizer = "sgd";
    const loss = (className === "LogCosh" ? "log_cosh" : snake(className)) as "mse";
    const byName = await trained({ optimizer, loss });
    const byClass = await trained({ optimizer, loss: new (LossClass as typeof losses.MeanSquaredError)() });
    expect(byName.weights).toEqual(byClass.weights);
    expect(byName.history).toEqual(byClass.history);
    expect(byName.weights).not.toEqual(weightsOf(smallModel()));
  });
});

import { describe, expect, it } from "vitest";
import { layers, Sequential } from "wasm-cnn";
import { random } from "../reference/random.js";

const SHAPE = [6, 7, 9, 3];
const x = { shape: SHAPE, data: Float32Array.from(random(1).tensor(SHAPE).data) };
const y = { shape: [6, 2], data: Float32Array.from({ length: 12 }, (_, i) => (i + (i >> 1)) % 2) };
const crop = () => layers.randomCrop({ height: 4, width: 5 });
const compiled = (model: Sequential) => {
  model.compile({ optimizer: "sgd", loss: "mse" });
  return model;
};

describe("a model that crops in training", () => {
  it("sees whole images at inference where its layers allow that", async () => {
    const conv = layers.conv2d({ filters: 2, kernelSize: 3 });
    const model = compiled(new Sequential([crop(), conv, layers.globalAveragePooling2d()]));
    await model.fit(x, y, { epochs: 1, batchSize: 3 });
    const weights = model.getWeights();
    const whole = new Sequential([layers.conv2d({ filters: 2, kernelSize: 3 }), layers.globalAveragePooling2d()]);
    const expected = await (async () => {
      await whole.predict(x);
      whole.setWeights(weights);
      return whole.predict(x);
    })();
    expect((await model.predict(x)).data).toEqual(expected.data);
    expect(Object.values(await model.evaluate(x, y))).not.toContain(Number.NaN);
  });

  it("gives outputs of the size of the image", async () => {
    const { shape } = await new Sequential([crop(), layers.conv2d({ filters: 2, kernelSize: 3 })]).predict(x);
    expect(shape).toEqual([6, 5, 7, 2]);
  });

  it("names centerCrop where its layers do not, and predicts on images of the crop's size", async () => {
    const model = compiled(new Sequential([crop(), layers.flatten(), layers.dense({ units: 2 })]));
    await model.fit(x, y, { epochs: 1, batchSize: 3 });
    const message =
      /^layer "dense\w*": expected an input that fits its weights, got one of shape \(189,?\); at inference images are not cropped: put centerCrop/;
    await expect(model.predict(x)).rejects.toThrow(message);
    await expect(model.evaluate(x, y)).rejects.toThrow(message);
  });

  it("is not evaluated where its outputs have another size at inference", async () => {
    const model = compiled(new Sequential([crop(), layers.conv2d({ filters: 1, kernelSize: 3 })]));
    const target = { shape: [6, 2, 3, 1], data: new Float32Array(36) };
    await model.fit(x, target, { epochs: 1 });
    await expect(model.evaluate(x, target)).rejects.toThrow("put centerCrop before randomCrop");
  });
});

describe("a model that augments", () => {
  it("trains to the same bits with any number of threads", async () => {
    const fingerprints = [];
    for (const threads of [0, 3]) {
      const model = new Sequential(
        [
          layers.randomFlip(),
          layers.randomRotation({ factor: 0.1 }),
          layers.randomContrast({ factor: 0.2, valueRange: [-1, 1] }),
          layers.conv2d({ filters: 2, kernelSize: 3 }),
          layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1 }),
          layers.globalAveragePooling2d(),
        ],
        { seed: 1 },
      );
      model.compile({ optimizer: "sgd", loss: "mse", threads });
      await model.fit(x, y, { epochs: 2, batchSize: 4 });
      fingerprints.push(await model.fingerprint());
      await model.dispose();
    }
    expect(fingerprints[1]).toBe(fingerprints[0]);
  });
});

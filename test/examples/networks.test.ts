import { describe, expect, it } from "vitest";
import {
  efficientNetB0,
  mobileNetV1,
  mobileNetV2,
  mobileNetV3Small,
  resNet18,
  resNet20,
  squeezeNet,
  uNet,
} from "../../examples/networks/index.js";

const small = { inputShape: [32, 32, 3], classes: 4, seed: 1 } as const;

/** All parameters, and those that are trained. */
const networks = {
  // As Keras 3.15.1 counts those of keras.applications.
  mobileNetV1: { counts: [4253864, 4231976], build: () => mobileNetV1(), small: () => mobileNetV1(small) },
  mobileNetV2: { counts: [3538984, 3504872], build: () => mobileNetV2(), small: () => mobileNetV2(small) },
  "mobileNetV2, alpha 0.35": {
    counts: [1691208, 1677128],
    build: () => mobileNetV2({ alpha: 0.35 }),
    small: () => mobileNetV2({ ...small, alpha: 0.35 }),
  },
  mobileNetV3Small: {
    counts: [2554968, 2542856],
    build: () => mobileNetV3Small(),
    small: () => mobileNetV3Small(small),
  },
  efficientNetB0: { counts: [5330571, 5288548], build: () => efficientNetB0(), small: () => efficientNetB0(small) },
  // As torchvision counts them.
  resNet18: { counts: [11699112, 11689512], build: () => resNet18(), small: () => resNet18(small) },
  squeezeNet: { counts: [1235496, 1235496], build: () => squeezeNet(), small: () => squeezeNet(small) },
  // As Keras' example prints it.
  resNet20: { counts: [274442, 273066], build: () => resNet20(), small: () => resNet20(small) },
  uNet: { counts: [482033, 482033], build: () => uNet(), small: () => uNet({ inputShape: [16, 16, 3], seed: 1 }) },
};

describe.each(Object.entries(networks))("%s", (name, { counts, build, small }) => {
  it("has as many parameters as elsewhere", () => {
    const model = build();
    const text = model.summary({ print: () => {} });
    const [, trained] = /Trainable params: ([\d,]+)/.exec(text)!;
    expect([model.countParams(), Number(trained!.replaceAll(",", ""))]).toEqual(counts);
  });

  it("learns a step, and predicts", async () => {
    const model = small();
    const [height, width] = name === "uNet" ? [16, 16] : [32, 32];
    const images = Float32Array.from({ length: 4 * height * width * 3 }, (_, i) => Math.sin(i * 0.37) ** 2);
    const x = { data: images, shape: [4, height, width, 3] };
    const pixels = name === "uNet";
    const y = pixels
      ? { data: images.filter((_, i) => i % 3 === 0).map(Math.round), shape: [4, height, width, 1] }
      : Float32Array.of(0, 1, 2, 3);
    const loss = pixels ? "binaryCrossentropy" : "sparseCategoricalCrossentropy";
    model.compile({ optimizer: "sgd", loss });
    const before = await model.predict(x);
    const first = await model.trainOnBatch(x, y);
    expect(Number.isFinite(first.loss)).toBe(true);
    const { data, shape } = await model.predict(x);
    expect(data).not.toEqual(before.data);
    expect(shape).toEqual(pixels ? [4, height, width, 1] : [4, 4]);
    expect(data.every((value) => value >= 0 && value <= 1)).toBe(true);
    if (!pixels) {
      for (let n = 0; n < 4; n++) expect(data.subarray(4 * n, 4 * n + 4).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    }
    model.dispose();
  });
});

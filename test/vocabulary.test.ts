// All that the package exports by name, and what each of it must have: vectors of Keras, gradients, configs, comments, ONNX.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Layer, layers, Sequential } from "wasm-cnn";
import { writeOnnx } from "wasm-cnn/files/onnx";
import { assertGradients } from "wasm-cnn/testing";
import { activation as activationOption } from "../dist/activations/option.js";
import { makeConstraint } from "../dist/constraints/registry.js";
import { EXPORTERS } from "../dist/files/onnx/exporters.js";
import { initializerFromConfig } from "../dist/initializers/fromConfig.js";
import { layerFromConfig } from "../dist/layers/registry.js";
import { lossFromConfig } from "../dist/losses/registry.js";
import { metricFromConfig } from "../dist/metrics/registry.js";
import { optimizerFromConfig, scheduleFromConfig } from "../dist/optimizers/fromConfig.js";
import { makeRegularizer } from "../dist/regularizers/registry.js";
import { tables } from "../src/docs/tables.mjs";
import { vocabulary } from "../src/docs/vocabulary.mjs";
import { expectClose } from "./expectClose.js";
import { expectGradients } from "./layers/expectGradients.js";
import { runLayer } from "./layers/harness.js";
import { LAYER_CASES } from "./layers/layerCases.js";
import { penaltyOf } from "./layers/weightStep.js";
import { runLoss } from "./losses/runLoss.js";
import { centralDifferences } from "./reference/finiteDifference.js";
import { random } from "./reference/random.js";
import { tolerances } from "./tolerances.js";
import { loadVectors, type VectorFamilies } from "./vectors/load.js";

type Config = Readonly<Record<string, unknown>>;
interface Configured {
  readonly className: string;
  config?(): Config;
}

/** What Keras has no numbers for, and why. */
const KERAS_HAS_NONE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  layers: { InputLayer: "computes nothing" },
  activations: { linear: "gives out what it takes" },
  metrics: { ConfusionMatrix: "Keras has no such metric" },
  callbacks: {
    BackupAndRestore: "goes on to the step and to the bit, where Keras begins the epoch again",
    LambdaCallback: "made of the user's functions",
    LearningRateScheduler: "the user's function",
    ModelCheckpoint: "writes files, which test/files and test/interop compare with Keras'",
    TensorBoard: "writes files, which its spec reads",
    TerminateOnNaN: "stops, and computes nothing",
  },
};

/** What is not written to ONNX, and why. */
const ONNX_HAS_NONE: Readonly<Record<string, string>> = {
  InputLayer: "inputs are no nodes",
};

/** Of which classes a file of vectors has cases. The file's name says it where its cases do not. */
const VECTORS: Readonly<Record<string, readonly (readonly [file: keyof VectorFamilies, name?: string])[]>> = {
  layers: [
    ...(
      [
        "conv2d",
        "maxPooling2d",
        "dense",
        "rescaling",
        "prelu",
        "activityRegularization",
        "spectralNormalization",
      ] as const
    ).map((name) => [name, name] as const),
    ...(["normalization", "pooling", "shapes", "resizing", "identities", "augmentation"] as const).map(
      (name) => [name] as const,
    ),
    // Of layers that are the identity at inference, and refuse to train.
    ["augmentationConfigs"],
    ...(["activationLayers", "merging", "operators", "convolutions"] as const).map((name) => [name] as const),
  ],
  activations: [["activations"]],
  initializers: [["initializers"], ["fixedInitializers"]],
  regularizers: [["regularizers"]],
  constraints: [["constraints"]],
  optimizers: [["optimizers"]],
  schedules: [["schedules"]],
  losses: [["losses"]],
  metrics: [["metrics"]],
  callbacks: [
    ["earlyStopping", "EarlyStopping"],
    ["reduceLROnPlateau", "ReduceLROnPlateau"],
    ["csvLogger", "CSVLogger"],
    ["progress", "ProgressBar"],
    ["swapEMAWeights", "SwapEMAWeights"],
  ],
};

const lower = (name: string) => name.toLowerCase();
const toCamelCase = (name: string) => name.replace(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
/** As TensorFlow.js has the names of options. */
const inCamelCase = (config: Config) =>
  Object.fromEntries(Object.entries(config).map(([name, value]) => [toCamelCase(name), value]));
const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const families = vocabulary();
const thingsOf = (family: string) => families.find((each) => each.family === family)!.things;
const layerThings = thingsOf("layers");

it("is found as a whole", () => {
  const counts = Object.fromEntries(families.map(({ family, things }) => [family, things.length]));
  expect(counts.layers).toBe(Object.keys(layers).filter((name) => /^[A-Z]/.test(name)).length);
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(3);
});

describe.each(families)("$family", ({ family, things }) => {
  it("have vectors of Keras, or a word that Keras has none", () => {
    const known = new Set(
      VECTORS[family]!.flatMap(([file, name]) =>
        name
          ? [lower(name)]
          : (loadVectors(file) as { className?: string; layer?: string; name?: string }[]).map((each) =>
              lower(each.className ?? each.layer ?? each.name!),
            ),
      ),
    );
    const none = KERAS_HAS_NONE[family] ?? {};
    expect(things.map(({ className }) => className).filter((name) => !known.has(lower(name)))).toEqual(
      Object.keys(none),
    );
  });

  it("say in comments what they compute, and so does what makes them", () => {
    const firstSentence = (comment: string) => /^.*?\.(?=\s+[A-Z(]|$)/.exec(comment)?.[0] ?? comment;
    for (const { name, comment, factory, factoryComment } of things) {
      expect(comment, name).not.toBe("");
      if (family === "layers") expect(factory, name).toBeDefined();
      // Editors show this one.
      if (factory) expect(factoryComment, factory).toContain(firstSentence(comment));
    }
  });

  it("say in comments what each option is, and its default", () => {
    for (const { name, options } of things) {
      for (const option of options) {
        expect(option.comment, `${name}.${option.name}`).not.toBe("");
        if (option.default !== undefined) expect(option.comment, `${name}.${option.name}`).toMatch(/\bDefault\b/);
      }
    }
  });
});

/** Without what says nothing: where Keras has a class, and the nulls of its options. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const { module: _, registered_name: _name, ...rest } = value as Record<string, unknown>;
  const entries = Object.entries(rest).filter(([, each]) => each !== null);
  return Object.fromEntries(entries.map(([key, each]) => [key, plain(each)]));
}

describe("configs of layers are Keras', both ways", () => {
  /** What says nothing here. */
  const MEANINGLESS = ["dtype", "quantization_config", "renorm_clipping"];
  // Files read an InputLayer with their graph.
  const cases = [
    ...loadVectors("layerConfigs").filter(({ className }) => className !== "InputLayer"),
    ...loadVectors("augmentationConfigs").map(({ layer, ...rest }) => ({ className: layer, ...rest })),
  ];

  it("there is one of each", () => {
    const known = new Set(cases.map(({ className }) => className));
    const all = layerThings.map(({ className }) => className);
    // Operations are no layers in Keras: test/files/operations.test.ts. A wrapper's holds a layer: test/layers/spectralNormalization.test.ts.
    const elsewhere = ["SpectralNormalization", ...loadVectors("operators").map(({ className }) => className)];
    expect(all.filter((name) => !known.has(name) && !elsewhere.includes(name))).toEqual(
      Object.keys(KERAS_HAS_NONE.layers!),
    );
  });

  it.each(cases)("$name", ({ className, config }) => {
    const layer = layerFromConfig(className, config);
    // As files hold it, where -0 is 0.
    const own = asJson(layer.config());
    expect(layer.className).toBe(className);
    for (const [name, value] of Object.entries(config)) {
      if (!MEANINGLESS.includes(name)) expect({ [name]: plain(own[name]) }).toEqual({ [name]: plain(asJson(value)) });
    }
    for (const again of [layer.config(), own, inCamelCase(config), inCamelCase(own)]) {
      expect(asJson(layerFromConfig(className, again).config())).toEqual(own);
    }
  });
});

/** How a config of each family is read, and configs of Keras to begin with. */
const READERS: Readonly<
  Record<
    string,
    { cases: readonly { className: string; config: Config }[]; read(name: string, config: Config): Configured }
  >
> = {
  initializers: {
    cases: [...loadVectors("initializers"), ...loadVectors("fixedInitializers")],
    read: (class_name, config) => initializerFromConfig("test", { class_name, config }),
  },
  regularizers: { cases: loadVectors("regularizers"), read: makeRegularizer },
  constraints: { cases: loadVectors("constraints"), read: makeConstraint },
  optimizers: { cases: loadVectors("optimizers"), read: optimizerFromConfig },
  schedules: {
    cases: loadVectors("schedules").map(({ className, config }) => ({ className, config: config.config as Config })),
    read: (class_name, config) => scheduleFromConfig("test", { class_name, config }),
  },
  losses: { cases: loadVectors("losses"), read: lossFromConfig },
  metrics: { cases: loadVectors("metrics"), read: metricFromConfig },
};

describe.each(Object.keys(READERS))("configs of %s", (family) => {
  const { cases, read } = READERS[family]!;

  it.each(thingsOf(family))(
    "of $className make the same again, in the words of Keras and TensorFlow.js",
    async ({ className, make }) => {
      const found = cases.filter((each) => each.className === className);
      const given = found.length > 0 ? found : [{ className, config: new make().config() as Config }];
      for (const { config } of given) {
        const one = read(className, config);
        await (one as { load?(): Promise<void> }).load?.();
        const own = one.config!();
        expect(one.className).toBe(className);
        for (const again of [own, asJson(own), inCamelCase(own), inCamelCase(config)]) {
          const other = read(className, again);
          await (other as { load?(): Promise<void> }).load?.();
          expect(other.config!()).toEqual(own);
        }
      }
    },
  );
});

describe("activations", () => {
  const { read, check, write } = activationOption();
  const x = random(1).tensor([2, 6]);

  it.each(thingsOf("activations"))("$name has a config that makes the same again, and names", async (thing) => {
    const { name, className, make, options } = thing;
    const given = Object.fromEntries(options.map((each) => [each.name, JSON.parse(each.default ?? "1")]));
    const config = write!(make(given));
    const again = check("test", read!("test", asJson(config)));
    expect(write!(again)).toEqual(config);
    const y = async (activation: never) => (await runLayer(layers.activation({ activation }), { x })).y;
    expect(await y(again as never)).toEqual(await y(make(given) as never));
    // Its name alone means its defaults; of threshold Keras has no name.
    if (className === "threshold") return;
    for (const each of [className, name]) expect(await y(each as never)).toEqual(await y(make() as never));
  });

  it.each(thingsOf("activations").map(({ className }) => className))(
    "%s has the gradient that finite differences say",
    async (name) => {
      const activation = (name === "threshold" ? check("test", read!("test", THRESHOLD)) : name) as "relu";
      await expectGradients(layers.activation({ activation }), [2, 6]);
    },
  );

  it.each(thingsOf("activations").map(({ className }) => className))("%s is written to ONNX", async (name) => {
    const activation = (name === "threshold" ? check("test", read!("test", THRESHOLD)) : name) as "relu";
    const model = new Sequential([layers.dense({ units: 4, activation, inputShape: [3] })]);
    expect(writeOnnx(await model.snapshot()).length).toBeGreaterThan(0);
  });
});

const THRESHOLD = { class_name: "threshold", config: { threshold: 0.4, default_value: -1 } };

describe("gradients of layers are those of finite differences", () => {
  // Those of one input: test/layers/layers.test.ts.
  // In training the gradient of spectralNormalization is another one, as in Keras: it has a spec of its own.
  const checked = new Set([...Object.keys(LAYER_CASES), "inputLayer", "spectralNormalization"]);
  const mergers = [...loadVectors("merging"), ...loadVectors("operators")].filter(
    ({ className }, i, all) => i === all.findIndex((each) => each.className === className),
  );
  const rest = layerThings.filter(({ factory }) => !checked.has(factory!));

  it.each(mergers)("$className", async ({ className, config, xs }) => {
    await assertGradients(layerFromConfig(className, config), { inputs: xs, elements: 1e6 });
  });

  it("ActivityRegularization", async () => {
    await assertGradients(layers.activityRegularization({ l1: 0.3, l2: 0.2 }), { inputShape: [6], elements: 1e6 });
  });

  const done = new Set([
    ...mergers.map(({ className }) => className),
    "ActivityRegularization",
    "SpectralNormalization",
  ]);
  it.each(rest.filter(({ className }) => !done.has(className)))(
    "$name has none, and says so",
    async ({ className }) => {
      // The last one has the most options: the defaults of some do nothing.
      const found = loadVectors("augmentationConfigs").findLast(({ layer }) => layer === className);
      expect(found, `${className} in test/layers/layerCases.ts, or among Keras' augmentations`).toBeDefined();
      const { config } = found!;
      const layer: Layer = layerFromConfig(className, config);
      const x = random(1).tensor([2, 5, 4, 3]);
      await expect(runLayer(layer, { x })).rejects.toThrow(/has no gradient; put it first|that can be trained with/);
    },
  );
});

describe("gradients of losses are those of finite differences", () => {
  const cases = loadVectors("losses");

  it.each(thingsOf("losses"))("$name", async ({ className, make }) => {
    const { options, x, ...batch } = cases.find((each) => each.className === className)!;
    const loss = new make(options);
    const { gradient } = await runLoss(loss, { ...batch, x });
    const expected = await centralDifferences(
      async (data) => (await runLoss(loss, { ...batch, x: { shape: x.shape, data } })).loss,
      x.data,
    );
    expectClose(gradient, expected, tolerances.lossDifference);
  });
});

describe("gradients of regularizers are those of finite differences", () => {
  it.each(thingsOf("regularizers"))("$name", async ({ make }) => {
    const regularizer = new make();
    const { shape, data } = random(5).distinct([4, 3]);
    const { dw } = await penaltyOf(regularizer, { shape, data });
    const expected = await centralDifferences(
      async (moved) => (await penaltyOf(regularizer, { shape, data: moved })).penalty,
      data,
    );
    expectClose(dw, expected, tolerances.lossDifference);
  });
});

it("stand in docs/layers.md as they are: npm run docs:tables", () => {
  expect(readFileSync("docs/layers.md", "utf8")).toBe(tables());
});

it("layers have an ONNX exporter, or a word that ONNX has none", () => {
  const names = layerThings.map(({ className }) => className).filter((name) => !EXPORTERS[name]);
  expect(names).toEqual(Object.keys(ONNX_HAS_NONE));
});

import { describe, expect, it } from "vitest";
import { optimizerByName, optimizerFromConfig, scheduleFromConfig } from "../../dist/optimizers/fromConfig.js";
import * as optimizers from "../../dist/optimizers/index.js";
import type { Optimizer } from "../../dist/optimizers/optimizer.js";
import { resolveOptimizer } from "../../dist/optimizers/resolve.js";
import * as schedules from "../../dist/schedules/index.js";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { loadVectors, type VectorFamilies } from "../vectors/load.js";
import { inKerasOrder, runOptimizer } from "./runOptimizer.js";

type Options = VectorFamilies["optimizers"]["options"];
const { defineOptimizer: _, ...all } = optimizers;
const classes = all as unknown as Record<string, new (options?: object) => Optimizer>;
const NAMES = ["dense/kernel", "dense/bias"];

/** Options as a user gives them: schedules are objects. */
function optionsOf({ learningRate, ...options }: Options): object {
  if (!Array.isArray(learningRate)) return { ...options, ...(learningRate !== undefined && { learningRate }) };
  const [class_name, config] = learningRate;
  return { ...options, learningRate: scheduleFromConfig("test", { class_name, config }) };
}

/** A config without the name of its schedule, which says nothing. */
function unnamed(config: Readonly<Record<string, unknown>>): object {
  const { learning_rate } = config as { learning_rate: { config: Record<string, unknown> } | number };
  if (typeof learning_rate === "number") return config;
  const { name: _, ...own } = learning_rate.config;
  return { ...config, learning_rate: { ...learning_rate, config: own } };
}

const cases = loadVectors("optimizers");
const starts = ({ weights }: (typeof cases)[number]) => weights.map((w, i) => ({ ...w, name: NAMES[i]! }));
const gradientsOf = ({ steps }: (typeof cases)[number]) =>
  steps.map(({ gradients }) => gradients.map(({ data }) => data));

describe("optimizers take the steps that Keras takes", () => {
  it.each(cases)("$name", async (vectors) => {
    const { className, options, steps, variables } = vectors;
    const optimizer = new classes[className]!(optionsOf(options));
    const trained = await runOptimizer(optimizer, starts(vectors), gradientsOf(vectors));
    for (const [i, { weights }] of steps.entries()) {
      for (const [w, { data }] of weights.entries()) {
        expectClose(trained.steps[i]![w]!, data, tolerances.optimizer, `${NAMES[w]} after step ${i + 1}`);
      }
    }
    const slots = [
      ...inKerasOrder(optimizer, starts(vectors), trained.slots),
      ...optimizer.extraVariables(steps.length).map((x) => [x]),
    ];
    expect(slots.length).toBe(variables.length);
    const tolerance = className === "Ftrl" ? tolerances.optimizerFtrl : tolerances.optimizer;
    for (const [i, { data }] of variables.entries()) expectClose(slots[i]!, data, tolerance, `variable ${i}`);
  });
});

describe("optimizers", () => {
  it.each(cases)("have Keras' config, both ways: $name", ({ className, options, config }) => {
    const optimizer = new classes[className]!(optionsOf(options));
    expect(optimizer.config()).toEqual(unnamed(config));
    const again = optimizerFromConfig(className, config);
    expect(again).toBeInstanceOf(classes[className]);
    expect(again.config()).toEqual(unnamed(config));
  });

  const shared = cases.filter(({ name }) =>
    /^(Lamb|Ftrl|Adafactor|Muon): def|^Adam: .*(global|exclude)|^SGD: .*Decay.*clip/.test(name),
  );
  it.each(shared)("give the same bits with 3 threads: $name", async ({ className, options }) => {
    const source = random(3);
    const shapes = [[130, 70], [70], [9000], [3, 5]];
    const start = shapes.map((shape, i) => ({ name: `layer/${i % 2 ? "bias" : "kernel"}`, ...source.tensor(shape) }));
    const gradients = Array.from({ length: 4 }, () => shapes.map((shape) => source.tensor(shape).data));
    const run = (threads: number) =>
      runOptimizer(new classes[className]!(optionsOf(options)), start, gradients, { threads });
    const alone = await run(0);
    expect(await run(3)).toEqual(alone);
    expect(
      alone.steps
        .at(-1)!
        .flatMap((w) => [...w])
        .every(Number.isFinite),
    ).toBe(true);
  });

  it("known by name have the defaults, and are imported when they are loaded", async () => {
    for (const [className, OptimizerClass] of Object.entries(classes)) {
      const optimizer = resolveOptimizer("test", className.toLowerCase() as "adam");
      expect(optimizer.learningRate).toBe(new OptimizerClass().learningRate);
      // Before that too.
      expect(optimizer.slotGroups).toEqual(new OptimizerClass().slotGroups);
      expect(optimizerFromConfig(className, optimizer.config()).config()).toEqual(new OptimizerClass().config());
      await optimizer.load();
      const made = optimizerByName(className);
      await made.load();
      expect(optimizer.config()).toEqual(made.config());
      expect(optimizer.slotGroups).toEqual(made.slotGroups);
    }
    const [vectors] = cases.filter(({ name }) => name === "AdamW: defaults");
    const { steps } = await runOptimizer(resolveOptimizer("test", "adamw"), starts(vectors!), gradientsOf(vectors!));
    expectClose(steps.at(-1)![0]!, vectors!.steps.at(-1)!.weights[0]!.data, tolerances.optimizer);
  });

  it("known by name take a learning rate that is set later", async () => {
    const optimizer = resolveOptimizer("test", "sgd");
    await optimizer.load();
    optimizer.learningRate = 0.5;
    const start = [{ name: "w", shape: [1], data: [1] }];
    expect([...(await runOptimizer(optimizer, start, [[[1]]])).steps[0]![0]!]).toEqual([0.5]);
  });

  it("hold Keras' order of a step: limits, decay, update", async () => {
    const optimizer = new optimizers.SGD({ learningRate: 0.1, weightDecay: 0.1, clipnorm: 0.5 });
    const { steps } = await runOptimizer(optimizer, [{ name: "w", shape: [1], data: [1] }], [[[2]]]);
    expectClose(steps[0]![0]!, [0.94], tolerances.kernel);
  });

  it.each([
    [{ clipnorm: 1, clipvalue: 1 }, "SGD: expected one of clipnorm, clipvalue and globalClipnorm, got 2"],
    [{ gradientAccumulationSteps: 1 }, "SGD.gradientAccumulationSteps: expected an integer >= 2, got 1"],
    [{ emaMomentum: 2 }, "SGD.emaMomentum: expected a finite number from 0 to 1, got 2"],
    [{ learningRate: -1 }, "SGD.learningRate: expected a finite number from 0"],
    [{ excludeFromWeightDecay: "bias" }, 'SGD.excludeFromWeightDecay: expected an array of texts, got "bias"'],
    [{ learningRate: () => Number.NaN }, "SGD.learningRate(0): expected a finite number"],
  ])("refuse %o", (options, message) => {
    expect(() => new optimizers.SGD(options as object)).toThrow(message);
  });

  it("with a schedule refuse another learning rate", () => {
    const optimizer = new optimizers.Adam({ learningRate: (step) => 1 / (1 + step) });
    expect(optimizer.rateAt(3)).toBe(0.25);
    expect(optimizer.learningRate).toBe(0.25);
    expect(() => {
      optimizer.learningRate = 1;
    }).toThrow("optimizer.learningRate: expected an optimizer without a schedule");
  });
});

describe("schedules", () => {
  const scheduleClasses = schedules as unknown as Record<string, new (options: object) => schedules.CosineDecay>;

  it.each(loadVectors("schedules"))("give Keras' rates, and its config both ways: $name", (vectors) => {
    const { className, options, steps, rates, config } = vectors;
    const schedule = new scheduleClasses[className]!(options);
    expectClose(
      steps.map((step) => schedule.at(step)),
      rates,
      tolerances.schedule,
    );
    const { name: _, ...own } = (config as unknown as { config: { name: string } }).config;
    expect(schedule.config()).toEqual(own);
    expect(scheduleFromConfig("test", config).config()).toEqual(own);
  });

  it("refuse what does not fit", () => {
    expect(() => new schedules.PiecewiseConstantDecay({ boundaries: [1, 2], values: [1, 2] })).toThrow(
      "expected at least one boundary and one more value than boundaries, got 2 boundaries and 2 values",
    );
    expect(() => new schedules.PiecewiseConstantDecay({ boundaries: [2, 2], values: [1, 2, 3] })).toThrow(
      "PiecewiseConstantDecay.boundaries[1]: expected a step greater than 2, got 2",
    );
    expect(() => scheduleFromConfig("Adam.learningRate", { class_name: "Mine" })).toThrow(
      "Adam.learningRate: expected ",
    );
  });
});

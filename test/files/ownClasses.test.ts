import { beforeAll, describe, expect, it } from "vitest";
import {
  constraints,
  initializers,
  layers,
  losses,
  metrics,
  modelFromBytes,
  modelFromJSON,
  modelFromSnapshot,
  optimizers,
  options,
  type ProgramBuilder,
  type Region,
  registerConstraint,
  registerInitializer,
  registerLoss,
  registerMetric,
  registerOptimizer,
  registerRegularizer,
  registerSchedule,
  regularizers,
  Sequential,
  type Shape,
  schedules,
  type UpdateBlocks,
  type Weight,
  type WeightFiller,
} from "wasm-cnn";
import { readTfjs, writeTfjs } from "wasm-cnn/files/tfjs";
import { random } from "../reference/random.js";

/** Ones on the diagonal, `scale` times. */
class Diagonal extends initializers.defineInitializer("Diagonal", {
  /** Default 1. */
  scale: options.optional(options.number(), 1),
}) {
  fill({ shape: [rows, columns], data }: WeightFiller): void {
    for (let i = 0; i < Math.min(rows!, columns!); i++) data[i * columns! + i] = this.scale;
  }
}

/** `strength` times the sum of |w| + w^2. */
class Elastic extends regularizers.defineRegularizer("Elastic", {
  strength: options.optional(options.number(0), 0.1),
}) {
  get #parts() {
    return new regularizers.L1L2({ l1: this.strength, l2: this.strength });
  }

  record(program: ProgramBuilder, weight: Weight): Region {
    return this.#parts.record(program, weight);
  }

  recordGradient(program: ProgramBuilder, weight: Weight): void {
    this.#parts.recordGradient(program, weight);
  }
}

/** Not negative, and of a norm of at most `most`. */
class Positive extends constraints.defineConstraint("Positive", { most: options.optional(options.number(0), 1) }) {
  record(program: ProgramBuilder, weight: Weight): void {
    new constraints.NonNeg().record(program, weight);
    new constraints.MaxNorm({ maxValue: this.most }).record(program, weight);
  }
}

class OwnError extends losses.defineLoss("OwnError", { delta: options.optional(options.number(0), 1) }) {
  readonly name = "own_error";

  targetShape(output: Shape): Shape {
    return output;
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0) {
    return new losses.Huber({ delta: this.delta }).record(program, output, target, weights);
  }
}

class OwnMean extends metrics.defineMetric("OwnMean", { times: options.optional(options.number(), 1) }) {
  readonly name = "own_mean";

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return new metrics.Mean().record(program, output, target, weights);
  }

  override result(sums: ArrayLike<number>, count: number): number {
    return (this.times * sums[0]!) / count;
  }
}

class Halving extends schedules.defineSchedule("Halving", { begin: options.number(0), every: options.integer(1) }) {
  at(step: number): number {
    return this.begin / 2 ** Math.floor(step / this.every);
  }
}

class Plain extends optimizers.defineOptimizer("Plain", { learningRate: options.learningRate(0.1) }) {
  protected readonly ownSlots = [];

  protected recordUpdate(program: ProgramBuilder, blocks: UpdateBlocks): void {
    new optimizers.SGD().record(program, blocks);
  }
}

const x = { data: Float32Array.from(random(1).tensor([8, 3]).data), shape: [8, 3] };
const y = { data: Float32Array.from(random(2).tensor([8, 3]).data), shape: [8, 3] };

function make(loss: OwnError | "mse" = "mse"): Sequential {
  const model = new Sequential(
    [
      layers.dense({
        ...{ units: 3, inputShape: [3], kernelInitializer: new Diagonal({ scale: 0.5 }) },
        ...{ kernelRegularizer: new Elastic({ strength: 0.25 }), kernelConstraint: new Positive({ most: 0.75 }) },
      }),
    ],
    { seed: 2 },
  );
  if (loss === "mse") model.compile({ optimizer: "sgd", loss });
  else {
    const optimizer = new Plain({ learningRate: new Halving({ begin: 0.25, every: 3 }) });
    model.compile({ optimizer, loss, metrics: [new OwnMean({ times: 3 })] });
  }
  return model;
}

/** `config.json`, which is not compressed. */
const jsonIn = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);

describe("classes that nobody has registered", () => {
  it("are refused, and the error says what to do", async () => {
    const json = JSON.parse(JSON.stringify(make().toJSON()));
    expect(() => modelFromJSON(json)).toThrow(
      /dense.kernelRegularizer: expected .*, got "Elastic"; register a class of your own with registerRegularizer first/,
    );
    const { config } = json.config.layers.at(-1);
    config.kernel_regularizer = null;
    expect(() => modelFromJSON(json)).toThrow(/got "Positive"; register a class .* with registerConstraint first/);
    config.kernel_constraint = null;
    expect(() => modelFromJSON(json)).toThrow(/got Diagonal alone; register a class .* with registerInitializer first/);
    json.config.layers.at(-1).class_name = "Mine";
    expect(() => modelFromJSON(json)).toThrow(
      /Mine "\w+": no such layer; register a class .* with registerLayer first/,
    );
    expect(() => layers.dense({ units: 1, kernelInitializer: "diagonal" as never })).toThrow(
      /registerInitializer first/,
    );
  });

  it("in what compile was given are noted", async () => {
    const own = { optimizer: "sgd", loss: "mse", metrics: [] } as Record<string, unknown>;
    const plain = JSON.parse(JSON.stringify(new Sequential([layers.dense({ units: 1, inputShape: [2] })]).toJSON()));
    const notes = (settings: object) => modelFromJSON({ ...plain, compile_config: { ...own, ...settings } }).loadNotes;
    const of = (class_name: string, config = {}) => ({ class_name, config });
    expect(notes({})).toEqual([]);
    expect(String(notes({ optimizer: of("Plain") }))).toMatch(/got "Plain"; .* with registerOptimizer first/);
    expect(String(notes({ loss: of("OwnError") }))).toMatch(/got "OwnError"; .* with registerLoss first/);
    expect(String(notes({ metrics: [of("OwnMean")] }))).toMatch(/got "OwnMean"; .* with registerMetric first/);
    const optimizer = of("SGD", { learning_rate: of("Halving") });
    expect(String(notes({ optimizer }))).toMatch(/got "Halving"; .* with registerSchedule first/);
  });
});

describe("registered classes", () => {
  beforeAll(() => {
    registerInitializer(Diagonal);
    registerRegularizer(Elastic);
    registerConstraint(Positive);
    registerLoss(OwnError);
    registerMetric(OwnMean);
    registerOptimizer(Plain);
    registerSchedule(Halving);
  });

  it.each(["keras", "h5"] as const)("come back from .%s, and the model trains on to the same bits", async (format) => {
    const [model, twin] = [make(new OwnError({ delta: 0.5 })), make(new OwnError({ delta: 0.5 }))];
    await twin.fit(x, y, { epochs: 4, batchSize: 4 });
    await model.fit(x, y, { epochs: 2, batchSize: 4 });
    const bytes = await model.toBytes(format);
    const again = await modelFromBytes(bytes, undefined, { compile: true });
    const [row] = (await again.snapshot()).layers;
    expect(row!.config).toMatchObject({
      kernel_initializer: { class_name: "Diagonal", config: { scale: 0.5 } },
      kernel_regularizer: { class_name: "Elastic", config: { strength: 0.25 } },
      kernel_constraint: { class_name: "Positive", config: { most: 0.75 } },
    });
    expect((await again.snapshot()).compiled).toMatchObject({
      loss: { className: "OwnError", config: { delta: 0.5 } },
      metrics: [{ className: "OwnMean", config: { times: 3 } }],
    });
    // Of the legacy form seed and counters are not part.
    if (format === "h5") return;
    await again.fit(x, y, { epochs: 2, batchSize: 4 });
    expect(await again.fingerprint()).toBe(await twin.fingerprint());
    for (const name of ["Diagonal", "Elastic", "Positive", "OwnError", "OwnMean", "Plain", "Halving"]) {
      expect(jsonIn(bytes)).toContain(`"registered_name":"Custom>${name}"`);
    }
  });

  it("are known by the package that a file puts before them", () => {
    const json = JSON.parse(JSON.stringify(make().toJSON()).replaceAll("Custom>", "their_package>"));
    const mine = { class_name: "my>Diagonal", config: { scale: 4 } };
    json.config.layers.at(-1).config.kernel_initializer = mine;
    const [kernel] = modelFromJSON(json).getWeights();
    expect([...kernel!.data]).toEqual([4, 0, 0, 0, 4, 0, 0, 0, 4]);
  });

  it("come back from model.json", async () => {
    const model = make();
    const files = writeTfjs(await model.snapshot());
    const again = modelFromSnapshot(await readTfjs(async (name) => files.get(name)!));
    expect(again.layers[0]!.config()).toEqual(model.layers[0]!.config());
  });

  it("are taken by name", async () => {
    const layer = layers.dense({
      units: 2,
      kernelInitializer: "Diagonal" as never,
      kernelConstraint: "Positive" as never,
    });
    expect(layer.config()).toMatchObject({
      kernel_initializer: { config: { scale: 1 } },
      kernel_constraint: { config: { most: 1 } },
    });
  });

  it("have options that are checked", () => {
    const json = JSON.parse(JSON.stringify(make().toJSON()));
    json.config.layers.at(-1).config.kernel_initializer.config = { scale: "x", other: 1 };
    expect(() => modelFromJSON(json)).toThrow(/expected no other, got 1.*|Diagonal.scale: expected a .*number/);
  });

  it("have to be classes that say their options", () => {
    for (const register of [registerInitializer, registerRegularizer, registerConstraint, registerOptimizer]) {
      expect(() => register(class {} as never)).toThrow(
        new RegExp(`^${register.name}: expected a class made with define${register.name.slice(8)}, got `),
      );
    }
    expect(() => registerLoss({} as never)).toThrow("registerLoss: expected what customLoss gives");
  });
});

import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { type OptimizerOptions, updates } from "../reference/optimizers.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { type Arena, type Block, compute, expectEqual } from "./harness.js";
import { stepBlock } from "./stepBlock.js";

/** Buffers of a step; slots have the reference's names. */
interface Buffers extends Readonly<Record<string, Block<Float32Array> | Block>> {
  readonly w: Block<Float32Array>;
  readonly g: Block;
  readonly step: Block;
}

interface Family {
  readonly options: OptimizerOptions;
  /** With what each begins. */
  readonly slots: Readonly<Record<string, number>>;
  /** The optimizer's numbers of update t. */
  readonly scalars?: (t: number) => number[];
  run(arena: Arena, begin: number, end: number, buffers: Buffers): void;
}

const lr = 0.05;
const [beta1, beta2, epsilon] = [0.75, 0.9, 1e-3];
const left = (beta: number, t: number) => 1 - beta ** t;
const momentum = (t: number) => beta1 * (1 - 0.5 * 0.96 ** t);
const product = (t: number): number => (t === 0 ? 1 : product(t - 1) * momentum(t));
const betas = { beta1, beta2, epsilon };

const adam = (amsgrad: number): Family => ({
  options: { ...betas, amsgrad },
  slots: { m: 0, v: 0, h: 0 },
  scalars: (t) => [(lr * Math.sqrt(left(beta2, t))) / left(beta1, t)],
  run(arena, begin, end, { w, g, m, v, h, step }) {
    const slots = [m!, v!, amsgrad ? h! : 0] as const;
    arena.call("adamUpdate", begin, end, w, g, ...slots, step, 1 - beta1, 1 - beta2, epsilon);
  },
});

const sgd = (momentum: number, nesterov: number): Family => ({
  options: { momentum, nesterov },
  slots: { m: 0 },
  run(arena, begin, end, { w, g, m, step }) {
    arena.call("sgdUpdate", begin, end, w, g, momentum ? m! : 0, step, momentum, nesterov);
  },
});

const ftrl = (power: number, shrinkage: number): Family => ({
  options: { power, l1: 0.1, l2: 0.2, shrinkage, beta: 0.3 },
  slots: { a: 0.25, z: 0 },
  run(arena, begin, end, { w, g, a, z, step }) {
    arena.call("ftrlUpdate", begin, end, w, g, a!, z!, step, power, 0.1, 0.2, shrinkage, 0.3);
  },
});

const families: readonly (readonly [title: string, reference: string, family: Family])[] = [
  ["sgdUpdate", "SGD", sgd(0, 0)],
  ["sgdUpdate, momentum", "SGD", sgd(0.5, 0)],
  ["sgdUpdate, Nesterov's", "SGD", sgd(0.5, 1)],
  ["adamUpdate", "Adam", adam(0)],
  ["adamUpdate, amsgrad", "Adam", adam(1)],
  [
    "adamaxUpdate",
    "Adamax",
    {
      options: betas,
      slots: { m: 0, u: 0 },
      scalars: (t) => [left(beta1, t)],
      run(arena, begin, end, { w, g, m, u, step }) {
        arena.call("adamaxUpdate", begin, end, w, g, m!, u!, step, 1 - beta1, beta2, epsilon);
      },
    },
  ],
  [
    "nadamUpdate",
    "Nadam",
    {
      options: betas,
      slots: { m: 0, v: 0 },
      scalars: (t) => [momentum(t + 1), 1 - product(t + 1), 1 - momentum(t), 1 - product(t), left(beta2, t)],
      run(arena, begin, end, { w, g, m, v, step }) {
        arena.call("nadamUpdate", begin, end, w, g, m!, v!, step, 1 - beta1, 1 - beta2, epsilon);
      },
    },
  ],
  [
    "adagradUpdate",
    "Adagrad",
    {
      options: { epsilon },
      slots: { a: 0.5 },
      run(arena, begin, end, { w, g, a, step }) {
        arena.call("adagradUpdate", begin, end, w, g, a!, step, epsilon);
      },
    },
  ],
  [
    "adadeltaUpdate",
    "Adadelta",
    {
      options: { rho: 0.75, epsilon },
      slots: { a: 0, b: 0 },
      run(arena, begin, end, { w, g, a, b, step }) {
        arena.call("adadeltaUpdate", begin, end, w, g, a!, b!, step, 0.75, 0.25, epsilon);
      },
    },
  ],
  ["ftrlUpdate", "Ftrl", ftrl(0.5, 0)],
  ["ftrlUpdate, another power, shrinkage", "Ftrl", ftrl(0.75, 0.1)],
  [
    "lionUpdate",
    "Lion",
    {
      options: { beta1, beta2 },
      slots: { m: 0 },
      run(arena, begin, end, { w, g, m, step }) {
        arena.call("lionUpdate", begin, end, w, g, m!, step, beta1, beta2);
      },
    },
  ],
  [
    "lambUpdate",
    "Lamb",
    {
      options: betas,
      slots: { m: 0, v: 0 },
      scalars: (t) => [left(beta1, t), left(beta2, t)],
      run(arena, begin, end, { w, g, m, v, lines, step }) {
        arena.call("lambDirection", begin, end, g, m!, v!, step, 1 - beta1, 1 - beta2, epsilon);
        arena.call("lambRatio", lines!, 0, w, g, w.values.length);
        arena.call("lambUpdate", begin, end, w, g, lines!, step);
      },
    },
  ],
];

type Values = ArrayLike<number>;

/** Runs a step for each of `gradients` over these ranges. @param gathers whether they only gather */
function run(family: Family, w: Values, gradients: readonly Values[], ranges?: [number, number][], gathers = 0) {
  const size = w.length;
  return compute((arena) => {
    const slots = Object.entries(family.slots).map(
      ([name, value]) => [name, arena.inout(new Float32Array(size).fill(value))] as const,
    );
    const own = Object.fromEntries(slots);
    const weights = arena.inout(w);
    const lines = arena.inout(new Float32Array(Math.ceil(size / 16)));
    for (const [i, values] of gradients.entries()) {
      const step = stepBlock(arena, {
        learningRate: lr,
        scalars: [gathers, 0, 0, ...(family.scalars?.(i + 1) ?? [])],
      });
      const g = arena.inout(values);
      for (const [begin, end] of ranges ?? [[0, size]])
        family.run(arena, begin, end, { ...own, w: weights, g, lines, step });
    }
    return { w: weights, ...own };
  });
}

describe.each(families)("%s", (title, reference, family) => {
  it("is the reference's over 5 steps", () => {
    for (const size of [0, 4, 8, 20]) {
      const source = random(size);
      const w = source.tensor([size]).data;
      const gradients = Array.from({ length: 5 }, () => source.tensor([size]).data);
      const state: Record<string, Float64Array> & { w: Float64Array } = { w: w.slice() };
      for (const [name, value] of Object.entries(family.slots)) state[name] = new Float64Array(size).fill(value);
      for (const [i, g] of gradients.entries()) updates[reference]!(state, g, { ...family.options, lr, t: i + 1 });
      const actual = run(family, w, gradients) as Record<string, Float32Array>;
      const used = Object.keys(actual).filter((name) => !(name === "h" && !family.options.amsgrad));
      for (const name of used) {
        if (name === "m" && family.options.momentum === 0) continue;
        expectClose(actual[name]!, state[name]!, tolerances.kernelOptimizer, name);
      }
    }
  });

  it("gives the same bits in blocks as at once", () => {
    if (title.startsWith("lamb")) return;
    const source = random(21);
    const w = source.tensor([24]).data;
    const gradients = [source.tensor([24]).data, source.tensor([24]).data];
    const whole = run(family, w, gradients);
    const blocks: [number, number][] = [
      [16, 24],
      [0, 4],
      [4, 16],
    ];
    expect(run(family, w, gradients, blocks)).toEqual(whole);
  });

  it("changes nothing in a step that only gathers", () => {
    const source = random(22);
    const w = source.tensor([8]).data;
    const result = run(family, w, [source.tensor([8]).data], undefined, 1) as Record<string, Float32Array>;
    expectEqual(result.w!, w);
    for (const [name, value] of Object.entries(family.slots))
      expectEqual(result[name]!, new Float32Array(8).fill(value));
  });
});

describe("lionUpdate", () => {
  it("leaves a weight alone where the direction is 0", () => {
    expect([...run(families.find(([title]) => title === "lionUpdate")![2], [1, 2, 3, 4], [[0, 1, -1, 0]]).w]).toEqual([
      1,
      Math.fround(2 - Math.fround(lr)),
      Math.fround(3 + Math.fround(lr)),
      4,
    ]);
  });
});

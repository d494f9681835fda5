import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { compute, expectEqual } from "./harness.js";
import { pack } from "./panels.js";
import { stepBlock } from "./stepBlock.js";

const source = random(8);
const values = (size: number) => [...source.tensor([size]).data];
const transposed = (x: readonly number[], rows: number, n: number) =>
  Array.from({ length: rows * n }, (_, i) => x[(i % rows) * n + Math.floor(i / rows)]!);
/** a^T b: a is (k, m), b is (k, n). */
const product = (a: readonly number[], b: readonly number[], k: number, m: number, n: number) =>
  Array.from({ length: m * n }, (_, at) => {
    let sum = 0;
    for (let p = 0; p < k; p++) sum += a[p * m + Math.floor(at / n)]! * b[p * n + (at % n)]!;
    return sum;
  });
/** Of k * r matrices, k >= r: below, at and above a tile, two tiles with a tail. */
const sizes = [
  [1, 1],
  [5, 3],
  [4, 4],
  [9, 8],
  [23, 19],
  [33, 17],
] as const;

describe("muonDirection", () => {
  it.each(sizes)("keeps the momentum and gives the direction over its norm, upright: %i, %i", (k, r) => {
    for (const [rows, n] of [
      [k, r],
      [r, k],
    ] as const) {
      for (const nesterov of [0, 1]) {
        const [g, m] = [values(k * r), values(k * r)];
        const run = (gathers: number) =>
          compute((arena) => {
            const x = arena.inout(new Float32Array(k * r).fill(5));
            const [gradient, slot] = [arena.inout(g), arena.inout([8, 8, ...m])];
            const step = stepBlock(arena, { scalars: [gathers] });
            arena.call("muonDirection", x, gradient, slot, step, 2, rows, n, 0.75, nesterov);
            return { x, slot };
          });
        const kept = m.map((old, i) => 0.75 * old + g[i]!);
        const direction = nesterov ? kept.map((each, i) => g[i]! + 0.75 * each) : kept;
        const unit = direction.map((each) => each / (Math.hypot(...direction) + 1e-7));
        const { x, slot } = run(0);
        expectClose(slot, [8, 8, ...kept], tolerances.kernelOptimizer, "momentum");
        expectClose(x, rows >= n ? unit : transposed(unit, rows, n), tolerances.kernelOptimizer, "x");
        const gathered = run(1);
        expectEqual(gathered.x, new Float32Array(k * r).fill(5));
        expectEqual(gathered.slot, [8, 8, ...m]);
      }
    }
  });
});

describe("a Newton-Schulz step of", () => {
  it.each(sizes)("%i * %i: muonGram, muonPolynomial, muonProduct, whatever the pieces", (k, r) => {
    const x = values(k * r).map((each) => each / 4);
    const gram = product(x, x, k, r, r);
    const squared = product(gram, gram, r, r, r);
    const [a, b, c] = [3, -4, 2];
    const polynomial = gram.map((each, i) => (i % (r + 1) === 0 ? a : 0) + b * each + c * squared[i]!);
    const stepped = transposed(product(polynomial, transposed(x, k, r), r, r, k), r, k);
    const run = (pieces: readonly (readonly [begin: number, end: number])[], gathers = 0) =>
      compute((arena) => {
        const [grams, panels] = [
          arena.inout(new Float32Array(r * r)),
          arena.inout(new Float32Array(r * 8 * Math.ceil(r / 8))),
        ];
        const [from, y] = [arena.input(x), arena.inout(new Float32Array(k * r))];
        const scratch = arena.output(4 * (r + 3));
        const step = stepBlock(arena, { scalars: [gathers] });
        const within = (end: number) => pieces.map((piece) => piece.map((at) => Math.min(at, end)) as [number, number]);
        for (const [begin, end] of within(r)) arena.call("muonGram", grams, from, step, k, r, begin, end);
        for (const [begin, end] of within(r)) {
          arena.call("muonPolynomial", panels, grams, step, r, begin, end, a, b, c);
        }
        for (const [begin, end] of within(k)) {
          arena.call("muonProduct", y, from, panels, scratch, step, r, begin, end);
        }
        return { grams, panels, y };
      });
    const whole = run([[0, 64]]);
    expectClose(whole.grams, gram, tolerances.kernel, "gram");
    const { packed } = compute((arena) => ({ packed: pack(arena, polynomial, r, r) }));
    expectClose(whole.panels, packed, tolerances.kernel, "panels");
    expectClose(whole.y, stepped, tolerances.kernel, "y");
    const cut = run([
      [16, 64],
      [0, 16],
    ]);
    for (const name of ["grams", "panels", "y"] as const) expectEqual(cut[name], whole[name], name);
    expect(Math.max(...run([[0, 64]], 1).y)).toBe(0);
  });
});

describe("muonUpdate", () => {
  it.each(sizes)("takes the step off the weight, turned back: %i, %i", (k, r) => {
    for (const [rows, n] of [
      [k, r],
      [r, k],
    ] as const) {
      const [w, x] = [values(k * r), values(k * r)];
      const run = (gathers: number) =>
        compute((arena) => {
          const weight = arena.inout(w);
          const step = stepBlock(arena, { learningRate: 0.5, scalars: [gathers] });
          arena.call("muonUpdate", weight, arena.input(x), step, rows, n, 0.3);
          return { weight };
        }).weight;
      const upright = rows >= n ? x : transposed(x, k, r);
      expectClose(
        run(0),
        w.map((each, i) => each - 0.15 * upright[i]!),
        tolerances.kernelOptimizer,
      );
      expectEqual(run(1), w.map(Math.fround));
    }
  });
});

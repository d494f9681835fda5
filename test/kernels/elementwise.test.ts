import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { type Elementwise, elementwise, titleOf } from "../reference/elementwise.js";
import { finiteDifference } from "../reference/finiteDifference.js";
import { random } from "../reference/random.js";
import { tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { compute, expectSamplesApart, type Kernels, type Numbers } from "./harness.js";

type Kernel = keyof Kernels;

function forward({ kernel, attributes }: Elementwise, samples: number, x: ArrayLike<number>, size: number) {
  return compute((arena) => {
    const y = arena.output(samples * size);
    arena.call(`${kernel}Forward` as Kernel, ...([samples, y, arena.input(x), size, ...attributes] as never));
    return { y };
  });
}

function backward(
  { kernel, attributes }: Elementwise,
  samples: number,
  dy: ArrayLike<number>,
  v: ArrayLike<number>,
  size: number,
) {
  return compute((arena) => {
    const dx = arena.output(samples * size);
    const inputs = [arena.input(dy), arena.input(v)];
    arena.call(`${kernel}Backward` as Kernel, ...([samples, dx, ...inputs, size, ...attributes] as never));
    return { dx };
  });
}

describe.each(elementwise.map((one) => [titleOf(one), one] as const))("%s", (_, one) => {
  const source = random(11);
  /** From -7.5 to 7.5, not at a kink. */
  const numbers = (count: number) => Float32Array.from(source.distinct([count]).data, (value) => 7.5 * value + 1e-3);

  it("the reference's slope is the derivative", () => {
    const x = tensor([60], numbers(60));
    const difference = x.data.map(
      (value) => finiteDifference((at) => one.f(at.data[0]!), tensor([1], [value])).data[0]!,
    );
    expectClose(x.data.map(one.slope), difference, tolerances.finiteDifference);
  });

  it.each([1, 3, 4, 7, 8, 9, 19])("is the reference's for %i elements a sample, both passes", (size) => {
    for (const samples of [0, 1, 3]) {
      const x = numbers(samples * size);
      const dy = source.tensor([samples * size]).data;
      const { y } = forward(one, samples, x, size);
      expectClose(y, Array.from(x, one.f), tolerances.activation, "y");
      const { dx } = backward(one, samples, dy, one.reads === "x" ? x : y, size);
      expectClose(
        dx,
        Array.from(x, (value, i) => dy[i]! * one.slope(value)),
        tolerances.activation,
        "dx",
      );
    }
  });

  it("stays finite, and right, far from 0", () => {
    const far = [-1e4, -300, -89, -88, -50, -20, 20, 50, 87];
    const x = one.name === "exponential" ? far : [...far, 88, 89, 300, 1e4];
    const { y } = forward(one, 1, x, x.length);
    expectClose(y, x.map(one.f), tolerances.activation, "y");
    const { dx } = backward(one, 1, new Float32Array(x.length).fill(1), one.reads === "x" ? x : y, x.length);
    expectClose(dx, x.map(one.slope), tolerances.activation, "dx");
  });

  it("keeps NaN", () => {
    const decides = ["threshold", "shrink", "sparsePlus"].includes(one.kernel);
    const [first] = forward(one, 1, [Number.NaN, 1, 2, 3], 4).y;
    if (!decides) expect(first).toBeNaN();
  });

  it("gives a sample the same bits at any place, both passes", () => {
    const x = numbers(35);
    const dy = source.tensor([35]).data;
    expectSamplesApart(5, [x], (samples, ...[x]: Numbers[]) => forward(one, samples, x!, 7));
    expectSamplesApart(5, [dy, x], (samples, ...[dy, v]: Numbers[]) => backward(one, samples, dy!, v!, 7));
  });
});

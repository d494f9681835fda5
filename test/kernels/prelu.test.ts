import { describe, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { dot, finiteDifference } from "../reference/finiteDifference.js";
import { random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { compute, expectEqual } from "./harness.js";

/** y[n,o,k,i] = x where x > 0, else alpha[o,i] x */
function preluForward(x: Tensor, alpha: Tensor, [outer, repeat, inner]: readonly [number, number, number]): Tensor {
  return tensor(
    x.shape,
    x.data.map((value, e) => {
      const o = Math.floor(e / (repeat * inner)) % outer;
      return value > 0 ? value : alpha.data[o * inner + (e % inner)]! * value;
    }),
  );
}

describe("prelu", () => {
  const source = random(41);

  it.each([
    [1, 1, 1],
    [1, 1, 11],
    [1, 6, 5],
    [3, 2, 4],
    [4, 3, 1],
    [2, 5, 9],
  ])("is the reference's for (%i, %i, %i), all passes", (...layout) => {
    const [outer, repeat, inner] = layout;
    for (const samples of [0, 1, 3]) {
      const x = source.distinct([samples * outer * repeat * inner]);
      const alpha = source.tensor([outer * inner]);
      const dy = source.tensor(x.shape);
      const before = source.tensor(alpha.shape).data;
      const actual = compute((arena) => {
        const [y, dx] = [arena.output(x.data.length), arena.output(x.data.length)];
        const dalpha = arena.inout(before);
        const [input, slopes, upstream] = [arena.input(x.data), arena.input(alpha.data), arena.input(dy.data)];
        arena.call("preluForward", samples, y, input, slopes, ...layout);
        arena.call("preluBackward", samples, dx, upstream, input, slopes, ...layout);
        arena.call("preluBackwardAlphaAdd", samples, dalpha, upstream, input, ...layout);
        return { y, dx, dalpha };
      });
      expectClose(actual.y, preluForward(x, alpha, layout).data, tolerances.kernel, "y");
      // Not at 0, where there is one: the kernel's gradient there is 0.
      const dx = finiteDifference((moved) => dot(preluForward(moved, alpha, layout), dy), x);
      const smooth = x.data.map((value, i) => (value === 0 ? 0 : dx.data[i]!));
      expectClose(actual.dx, smooth, tolerances.kernel, "dx");
      const dalpha = finiteDifference((moved) => dot(preluForward(x, moved, layout), dy), alpha);
      const sums = dalpha.data.map((value, i) => value + before[i]!);
      expectClose(actual.dalpha, sums, tolerances.activation, "dalpha");
    }
  });

  it("has no gradient at 0", () => {
    const { dx } = compute((arena) => {
      const dx = arena.output(3);
      const inputs = [arena.input([5, 5, 5]), arena.input([0, -0, 1]), arena.input([2, 2, 2])] as const;
      arena.call("preluBackward", 1, dx, ...inputs, 1, 1, 3);
      return { dx };
    });
    expectEqual(dx, [0, 0, 5]);
  });
});

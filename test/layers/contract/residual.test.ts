import { describe, expect, it } from "vitest";
import { Layer, type LayerConfig, type ProgramBuilder, type Recorded, type Region, type Shape } from "wasm-cnn";
import { denseBackward, denseForward } from "../../reference/dense.js";
import { random } from "../../reference/random.js";
import { type Tensor, tensor } from "../../reference/tensor.js";
import { expectGradients } from "../expectGradients.js";
import { expectLayer } from "../expectLayer.js";
import { runLayer } from "../harness.js";
import { addition, Residual } from "./residual.js";

const sum = (a: Tensor, b: Tensor) =>
  tensor(
    a.shape,
    a.data.map((value, i) => value + b.data[i]!),
  );

describe("a region that is read twice", () => {
  it("gets the sum of both gradients", async () => {
    const values = random(1);
    const [x, dy] = [values.tensor([5, 6]), values.tensor([5, 6])];
    const [w, b] = [values.tensor([6, 6]), values.tensor([6])];
    const y = sum(x, denseForward({ x, w, b }));
    const { dx, dw, db } = denseBackward({ dy, x, w });
    await expectLayer(new Residual(6), { x, dy, weights: [w, b], y, dx: sum(dy, dx), dweights: [dw, db] });
    await expectGradients(new Residual(6), [3, 6]);
  });

  it("may be read by one layer at two places, and by many layers", async () => {
    /** y = (x + x) + x */
    class Triple extends Layer {
      constructor() {
        super("Triple", {});
      }

      outputShape([input]: readonly Shape[]): Shape {
        return input!;
      }

      record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
        const [twice] = program.apply(addition, [x!, x!], []);
        return { outputs: program.apply(addition, [twice!, x!], []) };
      }

      override config(): LayerConfig {
        return {};
      }
    }
    const x = tensor([2, 3], [1, 2, 3, 4, 5, 6]);
    const dy = tensor([2, 3], [1, 0, -1, 2, 0.5, 8]);
    const { y, dx } = await runLayer(new Triple(), { x, dy });
    expect([...y]).toEqual([3, 6, 9, 12, 15, 18]);
    expect([...dx]).toEqual([3, 0, -3, 6, 1.5, 24]);
  });

  it("may be the output of the layer too", async () => {
    /** Hands its input on, with a backward pass. */
    const identity = {
      name: "identity",
      record: (_program: ProgramBuilder, [x]: readonly Region[]): Recorded => ({
        outputs: [x!],
        backward: ([dy]) => [dy],
      }),
    };
    class Identities extends Layer {
      constructor() {
        super("Identities", {});
      }

      outputShape([input]: readonly Shape[]): Shape {
        return input!;
      }

      record(program: ProgramBuilder, inputs: readonly Region[]): Recorded {
        const same = program.apply(identity, inputs, []);
        return { outputs: program.apply(addition, [same[0]!, inputs[0]!], []) };
      }

      override config(): LayerConfig {
        return {};
      }
    }
    const { y, dx } = await runLayer(new Identities(), { x: tensor([1, 2], [1, 2]), dy: tensor([1, 2], [3, 4]) });
    expect([...y]).toEqual([2, 4]);
    expect([...dx]).toEqual([6, 8]);
  });
});

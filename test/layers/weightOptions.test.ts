import { describe, expect, it } from "vitest";
import * as constraints from "../../dist/constraints/index.js";
import { makeConstraint } from "../../dist/constraints/registry.js";
import type { WeightConstraint } from "../../dist/engine/program/weight.js";
import { Conv2D } from "../../dist/layers/convolution/conv2d.js";
import { Dense } from "../../dist/layers/core/dense.js";
import { layerFromConfig } from "../../dist/layers/registry.js";
import * as regularizers from "../../dist/regularizers/index.js";
import { makeRegularizer } from "../../dist/regularizers/registry.js";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { loadVectors } from "../vectors/load.js";
import { penaltyOf, step } from "./weightStep.js";

describe("regularizers are Keras'", () => {
  it.each(loadVectors("regularizers"))("$name", async ({ className, config, w, penalty, dw }) => {
    const regularizer = makeRegularizer(className, config);
    const actual = await penaltyOf(regularizer, w);
    expectClose([actual.penalty], [penalty], tolerances.layer, "penalty");
    expectClose(actual.dw, dw.data, tolerances.layer, "dw");
    for (const [name, value] of Object.entries(config)) {
      const own = regularizer.config()[name];
      if (typeof value === "number") expect(own).toBeCloseTo(value, 7);
      else expect(own).toEqual(value);
    }
  });

  it("L2 has no 1/2: ones(4) cost 0.04", async () => {
    const ones = { shape: [4], data: [1, 1, 1, 1] };
    const { penalty, dw } = await penaltyOf(new regularizers.L2(), ones);
    expectClose([penalty, ...dw], [0.04, 0.02, 0.02, 0.02, 0.02], tolerances.kernel, "");
  });

  it("the orthogonal one is for matrices of two vectors or more", async () => {
    const one = penaltyOf(new regularizers.OrthogonalRegularizer(), { shape: [1, 3], data: [1, 2, 3] });
    await expect(one).rejects.toThrow(/expected a matrix of at least two rows, got w of shape \(1, 3\)/);
  });
});

describe("constraints are Keras'", () => {
  it.each(loadVectors("constraints"))("$name", async ({ className, config, w, after }) => {
    const constraint = makeConstraint(className, config);
    const result = await step(w, (program, weight) => {
      constraint.record(program, weight);
      return undefined;
    });
    expectClose(result.after, after.data, tolerances.layer, "after");
    expect(constraint.config()).toEqual(config);
  });

  it("refuse axes that a weight has not", async () => {
    const run = (axis: number | number[]) =>
      step({ shape: [2, 3], data: new Float32Array(6) }, (program, weight) => {
        new constraints.MaxNorm({ axis }).record(program, weight);
        return undefined;
      });
    await expect(run(2)).rejects.toThrow("MaxNorm.axis: expected axes of a weight of shape (2, 3), got 2");
    await expect(run([0, -3])).rejects.toThrow(RangeError);
  });
});

describe("layers take them", () => {
  it("by name, as objects, and users' own", async () => {
    const own: WeightConstraint = { className: "Own", record: () => {}, config: () => ({ a: 1 }) };
    const layer = new Dense({
      units: 2,
      kernelRegularizer: "l2",
      biasRegularizer: new regularizers.L1({ l1: 0.5 }),
      kernelConstraint: "max_norm",
      biasConstraint: own,
    });
    await layer.load();
    const [kernel, bias] = layer.weightSpecs([[3]]);
    expect(kernel!.regularizer!.config()).toEqual({ l2: 0.01 });
    expect(bias!.regularizer!.config()).toEqual({ l1: 0.5 });
    expect(kernel!.constraint!.config()).toEqual({ max_value: 2, axis: 0 });
    expect(bias!.constraint).toBe(own);
    expect(layer.config()).toMatchObject({
      activity_regularizer: null,
      kernel_regularizer: { class_name: "L2", config: { l2: 0.01 } },
      bias_constraint: { class_name: "Own", config: { a: 1 } },
    });
  });

  it("have none by default", () => {
    const layer = new Conv2D({ filters: 2, kernelSize: 3 });
    for (const { regularizer, constraint } of layer.weightSpecs([[5, 5, 1]])) {
      expect([regularizer, constraint]).toEqual([undefined, undefined]);
    }
    expect(layer.config()).toMatchObject({ kernel_regularizer: null, bias_constraint: null });
  });

  it("from configs of all dialects, and write them back", async () => {
    const keras3 = {
      module: "keras.regularizers",
      class_name: "L1L2",
      config: { l1: 0.1, l2: 0.2 },
      registered_name: null,
    };
    const tfjs = { className: "MaxNorm", config: { maxValue: 3, axis: [0, 1, 2] } };
    const given = { filters: 1, kernel_size: 3, kernel_regularizer: keras3, kernel_constraint: tfjs };
    const layer = layerFromConfig("Conv2D", { ...given, bias_regularizer: null, activity_regularizer: null });
    await layer.load();
    expect(layer.config()).toMatchObject({
      kernel_regularizer: { class_name: "L1L2", config: { l1: 0.1, l2: 0.2 } },
      kernel_constraint: { class_name: "MaxNorm", config: { max_value: 3, axis: [0, 1, 2] } },
      bias_regularizer: null,
    });
  });

  it("refuse others", () => {
    expect(() => new Dense({ units: 1, kernelRegularizer: "l3" as never })).toThrow(
      'dense.kernelRegularizer: expected "l1" or "l2" or "l1L2" or "orthogonalRegularizer", or a regularizer, got "l3"',
    );
    expect(() => new Dense({ units: 1, kernelConstraint: 3 as never })).toThrow(TypeError);
    expect(() => new regularizers.L2({ l2: -1 })).toThrow(RangeError);
    expect(() => new Dense({ units: 1, activityRegularizer: "orthogonalRegularizer" })).toThrow(
      "dense.activityRegularizer: expected L1, L2, L1L2 or one with recordActivity, got OrthogonalRegularizer",
    );
    expect(() => layerFromConfig("Dense", { units: 1, kernel_regularizer: "Mine" })).toThrow(/got "Mine"/);
  });
});

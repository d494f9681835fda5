import { describe, expect, it } from "vitest";
import * as losses from "../../dist/losses/index.js";
import type { Loss } from "../../dist/losses/loss.js";
import { lossFromConfig } from "../../dist/losses/registry.js";
import { type LossName, resolveLoss } from "../../dist/losses/resolve.js";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { loadVectors } from "../vectors/load.js";
import { runLoss } from "./runLoss.js";

const classes = losses as unknown as Record<string, new (options?: object) => Loss>;
const cases = loadVectors("losses");

describe("losses are Keras', and so are their gradients", () => {
  it.each(cases)("$name", async ({ className, options, loss, gradient, ...batch }) => {
    const result = await runLoss(new classes[className]!(options), batch);
    expectClose([result.loss], [loss], tolerances.kernelLoss, "loss");
    expectClose(result.gradient, gradient.data, tolerances.kernelGradient, "gradient");
  });

  it.each(cases)("with the same bits for shards of any size: $name", async ({ className, options, ...batch }) => {
    const run = (shardSamples: number) => runLoss(new classes[className]!(options), { ...batch, shardSamples });
    expect(await run(5)).toEqual(await run(1));
  });
});

describe("losses", () => {
  it.each(cases)("have configs that Keras reads, both ways: $name", ({ className, options, config }) => {
    const loss = new classes[className]!(options);
    const written = loss.config();
    // Keras itself leaves some out.
    for (const [key, value] of Object.entries(config)) if (key in written) expect(written[key]).toEqual(value);
    expect(lossFromConfig(className, config)).toBeInstanceOf(classes[className]);
    expect(lossFromConfig(className, written).config()).toEqual(written);
    expect(lossFromConfig(className, { ...config, name: "a", axis: -1 }).className).toBe(className);
  });

  it("are known by Keras' names and short ones, in any form", async () => {
    const names: [LossName, string][] = [
      ["mse", "MeanSquaredError"],
      ["meanSquaredError", "MeanSquaredError"],
      ["mean_absolute_error", "MeanAbsoluteError"],
      ["binaryCrossentropy", "BinaryCrossentropy"],
      ["bce", "BinaryCrossentropy"],
      ["BCE" as "bce", "BinaryCrossentropy"],
      ["sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"],
      ["categoricalCrossentropy", "CategoricalCrossentropy"],
      ["klDivergence", "KLDivergence"],
      ["MSE" as "mse", "MeanSquaredError"],
    ];
    for (const [name, className] of names) {
      const loss = resolveLoss("compile.loss", name);
      await loss.load?.();
      expect(loss.className).toBe(className);
    }
    const [{ loss, ...batch }] = cases.filter(({ name }) => name === "MeanSquaredError: defaults, 5x7") as [
      (typeof cases)[0],
    ];
    expectClose([(await runLoss(resolveLoss("x", "mse"), batch)).loss], [loss], tolerances.kernelLoss);
    expect(() => resolveLoss("compile.loss", "ms" as "mse")).toThrow("compile.loss: expected ");
    expect(() => resolveLoss("compile.loss", 3 as never)).toThrow(
      "compile.loss: expected the name of a loss or a loss, got 3",
    );
    expect(() => resolveLoss("compile.loss", losses.MeanSquaredError as never)).toThrow(
      "compile.loss: expected the name of a loss or a loss, got the class MeanSquaredError itself, without new",
    );
  });

  it("refuse options and outputs that do not fit", () => {
    expect(() => new losses.CategoricalGeneralizedCrossEntropy({ q: 1 })).toThrow(
      "CategoricalGeneralizedCrossEntropy.q: expected a number between 0 and 1, got 1",
    );
    expect(() => new losses.Dice({ axis: [0, 1] }).targetShape([4, 3])).toThrow(
      "dice: expected null or axes side by side, from 1 to 2, for outputs of shape (4, 3), got 0,1",
    );
    expect(() => new losses.Tversky({ axis: [1, 3] }).targetShape([4, 3, 2])).toThrow(RangeError);
    expect(() => new losses.MeanSquaredError({ reduction: "max" as "sum" })).toThrow(
      /MeanSquaredError.reduction: expected .*got "max"/,
    );
  });

  it("refuse targets that do not fit", () => {
    const binary = new losses.BinaryCrossentropy();
    expect(() => binary.checkTarget("fit.y", [0, 1, 0.5])).not.toThrow();
    expect(() => binary.checkTarget("fit.y", [0, -1])).toThrow(
      "fit.y: expected targets from 0 to 1, got -1 at index 1; labels -1 and 1 are for hinge losses: use (label + 1) / 2",
    );
    const sparse = new losses.SparseCategoricalCrossentropy();
    expect(() => sparse.checkTarget("fit.y", [0, 3], [3])).toThrow(
      "fit.y: expected classes from 0 to 2, got 3 at index 1; ignoreClass leaves a label out",
    );
    expect(() => sparse.checkTarget("fit.y", [0.5], [3])).toThrow("got 0.5 at index 0");
    const ignoring = new losses.SparseCategoricalCrossentropy({ ignoreClass: 255 });
    expect(() => ignoring.checkTarget("fit.y", [0, 255], [3])).not.toThrow();
    expect(() => ignoring.checkTarget("fit.y", [-1], [3])).toThrow("expected classes from 0 to 2, got -1 at index 0");
    expect(() => sparse.targetShape([1])).toThrow(
      "expected outputs of shape (..., classes) with 2 classes or more, got (1,)",
    );
  });
});

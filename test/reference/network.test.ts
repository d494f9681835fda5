import { describe, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { finiteDifference } from "./finiteDifference.js";
import { type ReferenceLayer, runNetwork } from "./network.js";
import { random } from "./random.js";

describe("runNetwork", () => {
  it("gives the derivative of the loss for every weight", () => {
    const layers: ReferenceLayer[] = [
      { kind: "rescaling", scale: 0.5, offset: 0.1 },
      { kind: "conv2d", padding: "same" },
      { kind: "relu" },
      { kind: "maxPool2d", poolSize: [2, 2] },
      { kind: "conv2d", strides: [1, 2] },
      { kind: "flatten" },
      { kind: "dense" },
    ];
    const source = random(8);
    const batch = { x: source.tensor([3, 7, 6, 2]), t: source.oneHot(3, 4) };
    const weights = [[3, 2, 2, 3], [3], [2, 2, 3, 2], [2], [4, 4], [4]].map(source.tensor);
    const { gradients } = runNetwork(layers, weights, batch);
    for (const [i, gradient] of gradients.entries()) {
      const numeric = finiteDifference((w) => runNetwork(layers, weights.with(i, w), batch).loss, weights[i]!);
      expectClose(gradient.data, numeric.data, tolerances.finiteDifference, `gradient ${i}`);
    }
  });
});

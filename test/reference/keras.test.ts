import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { loadVectors } from "../vectors/load.js";
import { categoricalAccuracy } from "./accuracy.js";
import { reluBackward, reluForward, softmaxBackward, softmaxForward } from "./activation.js";
import { conv2dBackward, conv2dForward } from "./conv2d.js";
import { categoricalCrossentropy, softmaxCategoricalCrossentropy } from "./crossEntropy.js";
import { denseBackward, denseForward } from "./dense.js";
import { computeFans, glorotUniformLimit } from "./glorotUniform.js";
import { maxPool2dBackward, maxPool2dForward } from "./maxPool2d.js";
import { rescalingBackward, rescalingForward } from "./rescaling.js";
import { rmspropInit, rmspropStep } from "./rmsprop.js";
import { type Tensor, type TensorLike, toTensor } from "./tensor.js";

/** Compares shape and values of all that is expected. */
function expectTensors(actual: Record<string, Tensor>, expected: Record<string, TensorLike>): void {
  for (const [name, { shape, data }] of Object.entries(expected)) {
    expect(actual[name]!.shape, name).toEqual(shape);
    expectClose(actual[name]!.data, data, tolerances.keras, name);
  }
}

const activations = {
  linear: { forward: (x: Tensor) => x, backward: ({ dy }: { dy: Tensor; y: Tensor }) => dy },
  relu: { forward: reluForward, backward: reluBackward },
  softmax: { forward: softmaxForward, backward: softmaxBackward },
};

describe("the reference computes what Keras computes", () => {
  it.each(loadVectors("conv2d"))("conv2d: $name", ({ x, w, b, y, dy, dx, dw, db, activation, ...options }) => {
    const inputs = { x: toTensor(x), w: toTensor(w), b: toTensor(b), ...options };
    const output = activations[activation].forward(conv2dForward(inputs));
    const upstream = activations[activation].backward({ dy: toTensor(dy), y: output });
    const gradients = conv2dBackward({ ...inputs, dy: upstream });
    expectTensors({ y: output, ...gradients }, { y, dx, dw, db });
  });

  it.each(loadVectors("maxPooling2d"))("maxPooling2d: $name", ({ x, y, dy, dx, ...options }) => {
    const forward = maxPool2dForward({ x: toTensor(x), ...options });
    const gradient = maxPool2dBackward({ dy: toTensor(dy), argmax: forward.argmax, xShape: x.shape });
    expectTensors({ y: forward.y, dx: gradient }, { y, dx });
  });

  it.each(loadVectors("dense"))("dense: $name", ({ x, w, b, y, dy, dx, dw, db, activation }) => {
    const inputs = { x: toTensor(x), w: toTensor(w), b: toTensor(b) };
    const output = activations[activation].forward(denseForward(inputs));
    const gradients = denseBackward({
      ...inputs,
      dy: activations[activation].backward({ dy: toTensor(dy), y: output }),
    });
    expectTensors({ y: output, ...gradients }, { y, dx, dw, db });
  });

  it.each(loadVectors("rescaling"))("rescaling: $name", ({ x, y, dy, dx, ...options }) => {
    const output = rescalingForward({ x: toTensor(x), ...options });
    expectTensors({ y: output, dx: rescalingBackward({ dy: toTensor(dy), ...options }) }, { y, dx });
  });

  it.each(loadVectors("softmaxCategoricalCrossentropy"))(
    "softmaxCategoricalCrossentropy: $name",
    ({ z, t, weights, p, losses, loss, dz }) => {
      const inputs = { z: toTensor(z), t: toTensor(t), ...(weights && { weights: toTensor(weights) }) };
      const { loss: mean, ...tensors } = softmaxCategoricalCrossentropy(inputs);
      expectTensors(tensors, { p, losses, dz });
      expectClose([mean], [loss], tolerances.keras, "loss");
    },
  );

  it.each(loadVectors("categoricalCrossentropy"))(
    "categoricalCrossentropy: $name",
    ({ p, t, weights, losses, loss, dp }) => {
      const inputs = { p: toTensor(p), t: toTensor(t), ...(weights && { weights: toTensor(weights) }) };
      const { loss: mean, ...tensors } = categoricalCrossentropy(inputs);
      expectTensors(tensors, { losses, dp });
      expectClose([mean], [loss], tolerances.keras, "loss");
    },
  );

  it.each(loadVectors("categoricalAccuracy"))("categoricalAccuracy: $name", ({ t, p, correct, accuracy }) => {
    const actual = categoricalAccuracy({ t: toTensor(t), p: toTensor(p) });
    expect([...actual.correct.data]).toEqual([...correct.data]);
    expectClose([actual.accuracy], [accuracy], tolerances.keras, "accuracy");
  });

  it.each(loadVectors("rmsprop"))("rmsprop: $name", ({ name: _, w, steps, ...rest }) => {
    const { velocity, momentumSlot, averageGradient, ...options } = rest;
    let state = rmspropInit(w.data);
    for (const [i, step] of steps.entries()) {
      state = rmspropStep(state, step.gradient.data, options);
      expectClose(state.w, step.w.data, tolerances.kerasOptimizer, `w after step ${i + 1}`);
    }
    const slots = {
      velocity,
      ...(momentumSlot && { momentum: momentumSlot }),
      ...(averageGradient && { averageGradient }),
    };
    for (const [name, { data }] of Object.entries(slots)) {
      expectClose(state[name as keyof typeof state], data, tolerances.kerasOptimizer, name);
    }
  });

  it.each(loadVectors("glorotUniform"))("glorotUniform: $name", ({ shape, fanIn, fanOut, limit }) => {
    expect(computeFans(shape)).toEqual({ fanIn, fanOut });
    expectClose([glorotUniformLimit(shape)], [limit], tolerances.sameArithmetic, "limit");
  });
});

import { describe, expect, it } from "vitest";
import { layers, ProgramBuilder } from "wasm-cnn";
import { Weight } from "../../dist/engine/program/weight.js";
import { conv2dBackward, conv2dForward } from "../reference/conv2d.js";
import { random } from "../reference/random.js";
import { activations } from "./activations.js";
import { convolutionTolerance, expectLayer } from "./expectLayer.js";

type Options = Parameters<typeof layers.conv2d>[0];

interface Case {
  readonly what: string;
  /** (height, width, channels) */
  readonly input: readonly [number, number, number];
  readonly conv: Options;
  /** The kernels of the gradients, and where Winograd's form is refused. */
  readonly kernel: string;
  readonly inputGradient: string;
  readonly refused?: readonly [kernel: string, inputGradient: string];
}

const SPARSE_KERNEL = "conv2dBackwardKernelAdd";
const SPARSE_INPUT = "conv2dBackwardInput";
const DENSE_KERNEL = "conv2dDenseBackwardKernelAdd";
const DENSE_INPUT = "conv2dForward";
const WINOGRAD_KERNEL = "winogradBackwardKernelAdd";
const WINOGRAD_INPUT = "winogradForward";
const relu = { activation: "relu" } as const;
const same = { padding: "same" } as const;

const cases: Case[] = [
  {
    what: "3 x 3 behind nothing",
    input: [12, 10, 16],
    conv: { filters: 16, kernelSize: 3, ...same },
    kernel: WINOGRAD_KERNEL,
    inputGradient: WINOGRAD_INPUT,
    refused: [DENSE_KERNEL, DENSE_INPUT],
  },
  {
    what: "3 x 3 behind nothing, valid",
    input: [14, 13, 16],
    conv: { filters: 24, kernelSize: 3, useBias: false },
    kernel: WINOGRAD_KERNEL,
    inputGradient: WINOGRAD_INPUT,
    refused: [DENSE_KERNEL, DENSE_INPUT],
  },
  {
    what: "3 x 3 before relu, padded",
    input: [8, 8, 32],
    conv: { filters: 32, kernelSize: 3, ...relu, ...same },
    kernel: SPARSE_KERNEL,
    inputGradient: WINOGRAD_INPUT,
    refused: [SPARSE_KERNEL, SPARSE_INPUT],
  },
  {
    what: "3 x 3 before relu on a small input",
    input: [5, 5, 32],
    conv: { filters: 16, kernelSize: 3, ...relu },
    kernel: SPARSE_KERNEL,
    inputGradient: SPARSE_INPUT,
  },
  {
    what: "1 x 1 before relu",
    input: [7, 6, 12],
    conv: { filters: 20, kernelSize: 1, ...relu },
    kernel: DENSE_KERNEL,
    inputGradient: DENSE_INPUT,
  },
  {
    what: "1 x 1 with strides before relu",
    input: [7, 6, 12],
    conv: { filters: 20, kernelSize: 1, strides: 2, ...relu, ...same },
    kernel: DENSE_KERNEL,
    inputGradient: SPARSE_INPUT,
  },
  {
    what: "5 x 4 behind nothing, padded unevenly",
    input: [9, 8, 8],
    conv: { filters: 6, kernelSize: [5, 4], ...same },
    kernel: DENSE_KERNEL,
    inputGradient: DENSE_INPUT,
  },
  {
    what: "few channels before relu",
    input: [9, 8, 3],
    conv: { filters: 9, kernelSize: 3, ...relu, ...same },
    kernel: DENSE_KERNEL,
    inputGradient: SPARSE_INPUT,
  },
  {
    what: "strides behind nothing, padded",
    input: [9, 8, 12],
    conv: { filters: 8, kernelSize: 3, strides: 2, ...same },
    kernel: DENSE_KERNEL,
    inputGradient: SPARSE_INPUT,
  },
];

/** Kernels of the backward pass, but for activations and bias. */
function gradientKernels({ input, conv }: Case, winograd: boolean): string[] {
  const layer = layers.conv2d(conv);
  const program = new ProgramBuilder(true, 3, winograd);
  const x = program.batchRegion(input);
  const weights = layer.weightSpecs([input]).map((spec) => {
    return new Weight(spec.name, spec.shape, true);
  });
  const [y] = program.apply(layer, [x], weights);
  const forward = program.finish().stages.flat().length;
  program.backward([y!, program.batchRegion(y!.shape)]);
  const calls = program.finish().stages.flat().slice(forward);
  const kernels = calls.map(({ kernel }) => kernel).filter((kernel) => !/^(relu|bias|pad2d)/.test(kernel));
  // Tiles of 2 x 2 and of 4 x 4 share the work.
  return [...new Set(kernels.map((kernel) => kernel.replace("winograd4", "winograd")))];
}

describe("the gradients of a convolution", () => {
  it.each(cases)("take the form that its shape asks for: $what", (one) => {
    expect(gradientKernels(one, true)).toEqual([one.kernel, one.inputGradient]);
    expect(gradientKernels(one, false)).toEqual(one.refused ?? [one.kernel, one.inputGradient]);
  });

  it.each(cases.map((one, i) => [one.what, one, i] as const))("are right in it: %s", async (_what, one, i) => {
    const { input, conv } = one;
    const { filters, activation = "linear", useBias = true, padding = "valid" } = conv;
    const pair = (value: number | readonly [number, number]) =>
      typeof value === "number" ? ([value, value] as const) : value;
    const [kernelSize, strides] = [pair(conv.kernelSize), pair(conv.strides ?? 1)];
    const values = random(i + 40);
    const x = values.tensor([3, ...input]);
    const w = values.tensor([...kernelSize, input[2], filters]);
    const b = values.tensor([filters]);
    const { forward, backward } = activations[activation as "linear" | "relu"];
    const y = forward(conv2dForward({ x, w, ...(useBias && { b }), strides, padding }));
    const dy = values.tensor(y.shape);
    const { dx, dw, db } = conv2dBackward({ x, w, dy: backward({ dy, y }), strides, padding });
    const weights = useBias ? [w, b] : [w];
    const tolerance = convolutionTolerance(input[2], filters);
    await expectLayer(layers.conv2d(conv), { x, dy, weights, y, dx, dweights: useBias ? [dw, db] : [dw], tolerance });
  });
});

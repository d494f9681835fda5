import type { Layer } from "wasm-cnn";
import { expectClose } from "../expectClose.js";
import { dot } from "../reference/finiteDifference.js";
import { random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { type LayerRunOptions, runLayer } from "./harness.js";

/** Far above the rounding of f32, and below half the distance of two values of `distinct` up to a size of 256. */
const STEP = 2 ** -9;

/**
 * Expects the gradients of the input and of each trained weight to be what finite differences of the forward pass say,
 * both computed by the kernels.
 * @param shape of x: (samples, ...)
 */
export async function expectGradients(
  layer: Layer,
  shape: readonly number[],
  options: Pick<LayerRunOptions, "shardSamples" | "position"> = {},
): Promise<void> {
  const inputShape = shape.slice(1);
  const specs = layer.weightSpecs([inputShape]);
  const values = random(7);
  const x = values.distinct(shape);
  const weights = specs.map((spec) => values.distinct(spec.shape));
  const dy = values.tensor([shape[0]!, ...layer.outputShape([inputShape])]);
  const run = (input: Tensor, own: readonly Tensor[]) =>
    runLayer(layer, { ...options, x: input, dy, weights: own.map(({ data }) => data) });
  const measure = async (input: Tensor, own: readonly Tensor[]) => dot(tensor(dy.shape, (await run(input, own)).y), dy);

  const { dx, dweights } = await run(x, weights);
  expectClose(dx, await differences((moved) => measure(moved, weights), x), tolerances.layerDifference, "dx");
  for (const [i, { name, trainable = true }] of specs.entries()) {
    if (!trainable) continue;
    const expected = await differences((moved) => measure(x, weights.with(i, moved)), weights[i]!);
    expectClose(dweights[i]!, expected, tolerances.layerDifference, `gradient of ${name}`);
  }
}

/** d[i] = (f(x + h e_i) - f(x - h e_i)) / 2h */
async function differences(f: (x: Tensor) => Promise<number>, x: Tensor): Promise<number[]> {
  const gradient: number[] = [];
  for (const [i, value] of x.data.entries()) {
    const at = (moved: number) => f(tensor(x.shape, x.data.with(i, moved)));
    gradient.push(((await at(value + STEP)) - (await at(value - STEP))) / (2 * STEP));
  }
  return gradient;
}

import type { Layer } from "wasm-cnn";
import { assertGradients } from "../../dist/testing/index.js";

/**
 * Expects the gradients of the input and of each trained weight to be what finite differences of the forward pass say,
 * both computed by the kernels: `gradcheck` of `wasm-cnn/testing`, of every element.
 * @param shape of x: (samples, ...)
 */
export async function expectGradients(
  layer: Layer,
  [batchSize, ...inputShape]: readonly number[],
  options: { readonly shardSamples?: number } = {},
): Promise<void> {
  await assertGradients(layer, { inputShape, batchSize, seed: 7, elements: 1e6, ...options });
}

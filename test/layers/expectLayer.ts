import { expect } from "vitest";
import { type Layer, Sequential } from "wasm-cnn";
import { expectClose } from "../expectClose.js";
import type { TensorLike } from "../reference/tensor.js";
import { type Tolerance, tolerances } from "../tolerances.js";
import { runLayer } from "./harness.js";

/** A batch for a layer, the gradient of its output, and what is to come of them. */
export interface LayerCase {
  readonly x: TensorLike;
  /** Further inputs, and their gradients. */
  readonly others?: readonly TensorLike[];
  readonly dothers?: readonly TensorLike[];
  readonly dy: TensorLike;
  readonly weights?: readonly TensorLike[];
  readonly y: TensorLike;
  /** Not checked for bytes, which have no gradient. */
  readonly dx: TensorLike;
  readonly dweights?: readonly TensorLike[];
  /** Default `tolerances.layer`. */
  readonly tolerance?: Tolerance;
}

/**
 * Expects both passes of a layer within the tolerance, in one shard and in many. A sample has to get the same bits in
 * every shard, and from `predict` in every batch; gradients of weights may differ, for they are summed shard by shard.
 */
export async function expectLayer(layer: Layer, { x, dy, weights = [], y, dx, dweights = [], ...rest }: LayerCase) {
  const { tolerance = tolerances.layer, others = [], dothers = [] } = rest;
  const samples = x.shape[0]!;
  const values = weights.map(({ data }) => data);
  const whole = await runLayer(layer, { x, others, dy, weights: values });
  expect(whole.outputShape).toEqual(y.shape.slice(1));
  for (const shardSamples of new Set([samples, 1, 2, 3])) {
    const run = await runLayer(layer, { x, others, dy, weights: values, shardSamples });
    const where = `in shards of ${shardSamples}`;
    expectClose(run.y, y.data, tolerance, `y ${where}`);
    expect(run.y, `bits of y ${where}`).toEqual(whole.y);
    if (x.data instanceof Uint8Array) expect(run.dx).toHaveLength(0);
    else expectClose(run.dx, dx.data, tolerance, `dx ${where}`);
    expect(run.dx, `bits of dx ${where}`).toEqual(whole.dx);
    expect(run.dothers).toHaveLength(dothers.length);
    for (const [i, { data }] of dothers.entries()) {
      expectClose(run.dothers[i]!, data, tolerance, `gradient of input ${i + 1} ${where}`);
    }
    expect(run.dweights).toHaveLength(dweights.length);
    for (const [i, { data }] of dweights.entries()) {
      expectClose(run.dweights[i]!, data, tolerance, `gradient of weight ${i} ${where}`);
    }
  }
  if (others.length === 0) await expectPredictions(layer, x, values, whole.y);
}

async function expectPredictions(layer: Layer, x: TensorLike, weights: readonly ArrayLike<number>[], y: Float32Array) {
  const data = x.data instanceof Uint8Array ? x.data : Float32Array.from(x.data);
  const model = new Sequential([layer]);
  await model.predict({ data, shape: x.shape });
  model.setWeights(weights.map((values) => Float32Array.from(values)));
  for (const batchSize of [1, 2, 32]) {
    const predicted = await model.predict({ data, shape: x.shape }, { batchSize });
    expect(predicted.data, `bits of predict with batchSize ${batchSize}`).toEqual(y);
  }
}

/** Of a convolution that may take Winograd's form. */
export function convolutionTolerance(channels: number, filters: number): Tolerance {
  return channels % 4 === 0 && filters % 8 === 0 ? tolerances.layerWinograd : tolerances.layer;
}

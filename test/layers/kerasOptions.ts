import { describe, expect, it } from "vitest";
import { type Layer, layers } from "wasm-cnn";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { loadVectors, type OptionsCase } from "../vectors/load.js";
import { runLayer } from "./harness.js";

/** The layer of a case, as a user makes it. */
export function layerOf({ layer, options, trainable }: OptionsCase): Layer {
  const make = layers[layer as keyof typeof layers] as unknown as (options: object) => Layer;
  return make({ ...options, trainable });
}

/**
 * Expects both passes of each case to be Keras', in shards of all sizes and with any number of threads: samples have the same bits in
 * all of them.
 */
export function describeKeras(
  family: "normalization" | "normalizationAxes" | "pooling" | "shapes" | "resizing" | "identities",
): void {
  describe(`${family}: Keras' numbers`, () => {
    it.each(loadVectors(family))("$name", async (one) => {
      const { x, dy, weights, training } = one;
      const samples = x.shape[0]!;
      const run = { x, ...(dy && { dy }), weights: weights.map(({ data }) => data), training: training || !!dy };
      const layer = layerOf(one);
      const inference = !training && layer.weightSpecs([x.shape.slice(1)]).some(({ name }) => name === "moving_mean");
      const whole = await runLayer(layer, { ...run, inference });
      expect(whole.outputShape).toEqual(one.y.shape.slice(1));
      for (const shardSamples of new Set([samples, 1, 2])) {
        const part = await runLayer(layer, { ...run, inference, shardSamples });
        const where = `in shards of ${shardSamples}`;
        expectClose(part.y, one.y.data, tolerances.layer, `y ${where}`);
        expect(part.y, `bits of y ${where}`).toEqual(whole.y);
        if (one.dx) expectClose(part.dx, one.dx.data, tolerances.layer, `dx ${where}`);
        expect(part.dx, `bits of dx ${where}`).toEqual(whole.dx);
        const trained = part.dweights.filter(({ length }) => length > 0);
        if (one.dweights) expect(trained).toHaveLength(one.dweights.length);
        for (const [i, { data }] of (one.dweights ?? []).entries()) {
          expectClose(trained[i]!, data, tolerances.layer, `gradient of weight ${i} ${where}`);
        }
        for (const [i, { data }] of one.after.entries()) {
          expectClose(part.weights[i]!, data, tolerances.layer, `weight ${i} after the step ${where}`);
        }
        expect(part.weights, `bits of weights ${where}`).toEqual(whole.weights);
      }
    });
  });
}

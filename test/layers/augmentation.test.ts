import { describe, expect, it } from "vitest";
import { type Layer, layers } from "wasm-cnn";
import { layerFromConfig } from "../../dist/layers/registry.js";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { loadVectors } from "../vectors/load.js";
import { runLayer } from "./harness.js";

const KEYS = { seed: 2 ** 32 + 5, position: 3, iterations: 17, wantsGradient: false };

function layerOf(layer: string, options: object): Layer {
  const make = layers[layer as keyof typeof layers] as unknown as (options: object) => Layer;
  return make(options);
}

describe("Keras' images with our random numbers", () => {
  it.each(loadVectors("augmentation"))("$name", async ({ layer, options, x, y }) => {
    const one = layerOf(layer, options);
    const whole = await runLayer(one, { x, ...KEYS });
    expect(whole.outputShape).toEqual(y.shape.slice(1));
    const greatest = Math.max(...x.data.map(Math.abs));
    expectClose(whole.y, y.data, { absolute: 4e-6 * greatest, relative: 4e-6 });
    for (const shardSamples of [1, 2]) {
      const run = await runLayer(one, { x, ...KEYS, shardSamples });
      expect(run.y, `bits in shards of ${shardSamples}`).toEqual(whole.y);
    }
  });
});

describe("configs of Keras", () => {
  it.each(loadVectors("augmentationConfigs"))("$name", ({ layer, config }) => {
    const read = layerFromConfig(layer, config);
    // Keras has -0.0 and no seed of some layers.
    const { seed, ...written } = read.config();
    const { seed: wanted, ...expected } = config;
    expect(JSON.parse(JSON.stringify(written))).toEqual(JSON.parse(JSON.stringify(expected)));
    if ("seed" in config) expect(seed).toBe(wanted);
  });

  it.each(loadVectors("augmentationConfigs"))("$name: the identity at inference", async ({ layer, config }) => {
    const x = random(3).tensor([3, 4, 5, 3]);
    if (layer === "AutoContrast") return;
    const { y } = await runLayer(layerFromConfig(layer, config), { x, training: false });
    expect(y).toEqual(Float32Array.from(x.data));
  });
});

import type { ProgramBuilder } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import { formatShape, type Shape, sizeOf } from "../engine/shape.js";
import { Weight } from "../engine/weight.js";
import type { Layer } from "../layers/layer.js";
import { fuse, type PlacedLayer, type Unit } from "./fuse.js";

/** The outputs of all units for one shard stay below this many bytes, so that what a shard works on fits a core's cache. */
const SHARD_BYTES = 2 ** 19;
/** A batch is cut into at least this many shards, where it has that many samples. */
const SHARDS = 8;

/** A chain of layers whose shapes fit. */
export class Network {
  readonly placed: readonly PlacedLayer[];
  /** The layers as they are recorded: some of them together. */
  readonly units: readonly Unit[];

  /** @throws RangeError with the chain of shapes where a layer does not fit */
  constructor(
    layers: readonly Layer[],
    readonly inputShape: Shape,
  ) {
    const placed: PlacedLayer[] = [];
    let shape = inputShape;
    for (const [position, layer] of layers.entries()) {
      let outputShape: Shape;
      try {
        outputShape = layer.outputShape([shape]);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        const chain = [formatShape(inputShape), ...placed.map((p) => `${p.layer.name} ${formatShape(p.outputShape)}`)];
        throw new RangeError(`layer "${layer.name}": ${error.message}; shapes: ${chain.join(" -> ")}`);
      }
      const weights = layer.weightSpecs([shape]).map((spec, index) => {
        const trainable = layer.trainable && (spec.trainable ?? true);
        return new Weight(`${layer.name}/${spec.name}`, spec.shape, spec.initializer, trainable, [position, index]);
      });
      placed.push({ layer, outputShape, weights });
      shape = outputShape;
    }
    this.placed = placed;
    this.units = fuse(placed);
  }

  get outputShape(): Shape {
    return this.placed.at(-1)?.outputShape ?? this.inputShape;
  }

  /** All weights in Keras' order: layer by layer. */
  get weights(): readonly Weight[] {
    return this.placed.flatMap(({ weights }) => weights);
  }

  /** Records all layers on x. */
  record(program: ProgramBuilder, x: Region): Region {
    return this.units.reduce((region, { position, recordable, weights }) => {
      program.position = position;
      return program.apply(recordable, [region], weights)[0]!;
    }, x);
  }

  /** Records the layers one by one, none of them together, up to the last of these positions; returns their outputs. */
  recordLayers(program: ProgramBuilder, x: Region, positions: readonly number[]): Region[] {
    const outputs: Region[] = [];
    let region = x;
    for (const [position, { layer, weights }] of this.placed.slice(0, Math.max(...positions) + 1).entries()) {
      program.position = position;
      [region] = program.apply(layer, [region], weights) as [Region];
      outputs.push(region);
    }
    return positions.map((position) => outputs[position]!);
  }

  /** Samples in a shard: a number of the model and the batch size, never of the machine. */
  shardSamples(batchSize: number): number {
    const floats = this.units.reduce((sum, { outputShape }) => sum + sizeOf(outputShape), sizeOf(this.inputShape));
    const most = Math.max(1, Math.floor(SHARD_BYTES / (4 * floats)));
    return Math.min(most, Math.ceil(batchSize / SHARDS));
  }
}

import type { Layer } from "wasm-cnn";
import { subjectOf } from "../../dist/testing/subject.js";
import { Trial } from "../../dist/testing/trial.js";
import type { TensorLike } from "../reference/tensor.js";

export interface LayerRunOptions {
  /** Shape (samples, ...); bytes where `data` is a Uint8Array. */
  readonly x: TensorLike;
  /** Further inputs, of as many samples. */
  readonly others?: readonly TensorLike[];
  /** Gradient of the output; without it there is no backward pass. */
  readonly dy?: TensorLike;
  /** Default: as the initializers make them. */
  readonly weights?: readonly ArrayLike<number>[];
  /** Samples in a shard. Default: all. */
  readonly shardSamples?: number;
  /** Default true. */
  readonly training?: boolean;
  /** Whether the layer behaves as at inference though a backward pass follows, as `apply(x, { training: false })` asks for. */
  readonly inference?: boolean;
  /** Default 1. */
  readonly seed?: number;
  /** Training steps done before. Default 0. */
  readonly iterations?: number;
  /** Place of the layer in its model. Default 0. */
  readonly position?: number;
  /** Whether x wants a gradient, as behind a trained layer. Default true. */
  readonly wantsGradient?: boolean;
  /** Worker threads. Default 0. */
  readonly threads?: number;
}

export interface LayerRun {
  readonly y: Float32Array;
  /** Shape of one sample of y. */
  readonly outputShape: readonly number[];
  /** Empty where there is none. */
  readonly dx: Float32Array;
  /** Of the further inputs. */
  readonly dothers: readonly Float32Array[];
  /** What the layer adds to the loss: one number a sample, or none. */
  readonly penalty: Float32Array;
  /** One a weight, empty for those that are not trained. */
  readonly dweights: readonly Float32Array[];
  /** The weights after the step; no optimizer has changed them. */
  readonly weights: readonly Float32Array[];
}

/**
 * One step of a program with this layer alone: forward pass, backward pass from a given gradient, update phase. The same
 * program has run on NaN before, so that nothing can rest on what the memory held.
 */
export async function runLayer(layer: Layer, options: LayerRunOptions): Promise<LayerRun> {
  const { x, others = [], dy, shardSamples, training, inference, wantsGradient, threads } = options;
  const { seed = 1, iterations = 0, position = 0 } = options;
  const given = [x, ...others];
  const shapes = given.map(({ shape }) => shape.slice(1));
  const subject = subjectOf(layer, shapes, { position, inference });
  const trial = await Trial.create(subject, {
    ...{ shapes, samples: x.shape[0]!, shardSamples, backward: dy !== undefined },
    dtypes: given.map(({ data }) => (data instanceof Uint8Array ? "u8" : "f32")),
    ...(training !== undefined && { training }),
    ...(wantsGradient !== undefined && { wantsGradient }),
    ...(threads !== undefined && { threads }),
  });
  const weights = subject.weights.map((_, i) => options.weights?.[i] ?? subject.start(i, seed));
  const nan = ({ length }: ArrayLike<number>) => new Float32Array(length).fill(Number.NaN);
  const inputs = given.map(({ data }) => data);
  const upstream = dy ? [dy.data] : [];
  await trial.run({ inputs: inputs.map(nan), upstream: upstream.map(nan), weights, seed, iterations });
  // Moving statistics have taken the NaN up, so the weights are set again.
  await trial.run({ inputs, upstream, weights, seed, iterations });

  const [y] = trial.outputs;
  const [dx, ...dothers] = trial.gradients.map((region) => (region ? trial.read(region) : new Float32Array(0)));
  const [penalty] = trial.penalties;
  const result = {
    y: trial.read(y!),
    outputShape: y!.shape,
    dx: dx!,
    dothers,
    penalty: penalty ? trial.read(penalty) : new Float32Array(0),
    dweights: trial.weightGradients(),
    weights: trial.weights(),
  };
  await trial.dispose();
  return result;
}

import { type Layer, ProgramBuilder, type Recorded, type Region, type Weight } from "wasm-cnn";
import { Engine } from "../../dist/engine/engine.js";
import { loadPacks } from "../../dist/engine/kernels/kernels.js";
import { core } from "../../dist/engine/kernels/packs/core.generated.js";
import { fillWeight } from "../../dist/engine/memory/initialize.js";
import { ModelState } from "../../dist/engine/memory/state.js";
import { Weight as EngineWeight } from "../../dist/engine/program/weight.js";
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
  const { x, others = [], dy, shardSamples = x.shape[0]!, training = true } = options;
  const { seed = 1, iterations = 0, position = 0, threads = 0 } = options;
  const samples = x.shape[0]!;
  const given = [x, ...others];
  const specs = layer.weightSpecs(given.map(({ shape }) => shape.slice(1)));
  const weights = specs.map((spec) => {
    const trainable = layer.trainable && (spec.trainable ?? true);
    return new EngineWeight(spec.name, spec.shape, trainable);
  });
  const engine = new Engine(new ModelState(weights, 0), { threads });
  const writeWeights = () => {
    for (const [i, weight] of weights.entries()) {
      const given = options.weights?.[i];
      if (given) engine.write(weight, Float32Array.from(given));
      else engine.write(weight, fillWeight(specs[i]!.initializer, weight.shape, seed, [position, i]));
    }
  };
  writeWeights();

  const program = new ProgramBuilder(training, shardSamples);
  program.position = position;
  program.trainable = layer.trainable;
  if (options.inference) program.training = false;
  await layer.load();
  const inputs = given.map(({ shape, data }) =>
    program.batchRegion(shape.slice(1), data instanceof Uint8Array ? "u8" : "f32"),
  );
  for (const input of inputs) input.wantsGradient = options.wantsGradient ?? true;
  const { y, probes } = recordLayer(program, layer, inputs, weights);
  const upstream = dy && program.batchRegion(y.shape);
  if (upstream) program.backward([y, upstream]);
  const gradients = probes.map(({ gradient }) => gradient);
  for (const gradient of gradients) if (gradient) program.keep(gradient);
  const finished = program.finish();
  await loadPacks(finished.packs);
  const bound = engine.bind(finished, samples);

  const step = { iterations, learningRate: 0, batchSamples: samples, seed };
  const run = async (values: (data: ArrayLike<number>) => ArrayLike<number>) => {
    for (const [i, { data }] of given.entries()) engine.rows(bound, inputs[i]!, samples).set(values(data));
    if (dy && upstream) engine.rows(bound, upstream, samples).set(values(dy.data));
    await engine.run(bound, step);
  };
  await run(({ length }) => new Float32Array(length).fill(Number.NaN));
  // Moving statistics have taken the NaN up.
  writeWeights();
  await run((data) => data);

  const read = (region: Region, rows: number) => Float32Array.from(engine.rows(bound, region, rows));
  const [dx, ...dothers] = gradients.map((region) => (region ? read(region, samples) : new Float32Array(0)));
  const [penalty] = program.penalties;
  const result = {
    y: read(y, samples),
    outputShape: y.shape,
    dx: dx!,
    dothers,
    penalty: penalty ? read(penalty, samples) : new Float32Array(0),
    dweights: weights.map((weight) => (weight.trainable ? read(weight.gradient, 1) : new Float32Array(0))),
    weights: weights.map((weight) => engine.read(weight)),
  };
  await engine.dispose();
  return result;
}

/** Catches the gradient of an input. */
function makeProbe() {
  return {
    name: "probe",
    gradient: undefined as Region | undefined,
    record(_program: ProgramBuilder, [x]: readonly Region[]): Recorded {
      const backward = ([dx]: readonly (Region | undefined)[]) => {
        this.gradient = dx;
        return [undefined];
      };
      return { outputs: [x!.view(x!.shape)], backward };
    },
  };
}

/** Records a layer behind probes that catch the gradients of its inputs. Bytes are converted and have no gradient. */
function recordLayer(program: ProgramBuilder, layer: Layer, inputs: readonly Region[], weights: readonly Weight[]) {
  const probes = inputs.map(makeProbe);
  const xs = inputs.map((input, i) => {
    let x = input;
    if (input.dtype === "u8") {
      x = program.region(input.shape);
      x.wantsGradient = false;
      program.call(core, "convertU8", x, input, x.size);
    }
    return program.apply(probes[i]!, [x], [])[0]!;
  });
  const [y] = program.apply(layer, xs, weights);
  program.keep(y!);
  return { y: y!, probes };
}

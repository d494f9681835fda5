import type { Layer, Model, Region, Shape, Weight } from "wasm-cnn";
import { ProgramBuilder } from "wasm-cnn";
import type { Arena } from "./arena.js";
import type { BenchNetwork } from "./shapes.js";

// What the engine makes of a network is not public; where it lies depends on this file being in build/bench.
const dist = new URL("../../dist/", import.meta.url);
const { Network } = (await import(new URL("graph/network.js", dist).href)) as typeof import("../dist/graph/network.js");
const { writeStep } = (await import(
  new URL("engine/program/step.js", dist).href
)) as typeof import("../dist/engine/program/step.js");
const { graphOf } = (await import(new URL("graph/graph.js", dist).href)) as typeof import("../dist/graph/graph.js");
type Recordable = Parameters<ProgramBuilder["apply"]>[0];
const { chainOf } = (await import(new URL("graph/chain.js", dist).href)) as typeof import("../dist/graph/chain.js");

const BATCH = 64;

/** The kernel calls of one unit of a network in training, ready to be made on memory of their own. */
export interface RecordedUnit {
  readonly layer: Layer;
  readonly inputShape: readonly number[];
  /** Samples in a shard. */
  readonly samples: number;
  readonly forward: readonly BoundCall[];
  readonly backward: readonly BoundCall[];
}

export interface BoundCall {
  readonly kernel: string;
  readonly run: () => unknown;
}

/** A layer, or some that are recorded as one, on inputs of given shapes. */
interface Recording {
  readonly recordable: Recordable;
  readonly inputShapes: readonly Shape[];
  readonly weights: readonly Weight[];
  readonly samples: number;
  /** Whether each input's gradient is asked for. */
  readonly wanted: readonly boolean[];
}

/**
 * Each unit of the network that has weights, recorded as the engine does it, for a shard of a batch of 64. Its regions lie
 * side by side, so that each call finds its operands however often it is made: random inputs and output gradients (dense: the
 * zeros come from the unit's own activation and pooling), and all that the unit's calls have made of them.
 */
export function* recordUnits({ inputShape, layers }: BenchNetwork, arena: Arena): Generator<RecordedUnit> {
  const network = new Network(chainOf(inputShape, layers), [inputShape]);
  const samples = network.shardSamples(BATCH);
  let first = true;
  for (const { position, recordable, weights, inputs } of network.units) {
    const shape = network.shapes[inputs[0]!]!;
    if (weights.length === 0) continue;
    // The first layer's input gradient is never computed.
    const calls = record({ recordable, inputShapes: [shape], weights, samples, wanted: [!first] }, arena);
    yield { layer: layers[position]!, inputShape: shape, samples, ...calls };
    first = false;
  }
}

/** A layer of a graph, as it is recorded for training. */
export interface RecordedLayer {
  readonly layer: Layer;
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
  readonly samples: number;
  /** How often the same layer occurs on inputs of these shapes. */
  readonly times: number;
  readonly forward: readonly BoundCall[];
  readonly backward: readonly BoundCall[];
}

/** Each different layer of the model, with or without weights, in the same way; those that call nothing are left out. */
export function* recordLayers(model: Model, arena: Arena): Generator<RecordedLayer> {
  const inputShapes = model.inputs.map(({ sizes }) => sizes);
  const network = new Network(graphOf("bench", model.inputs, model.outputs), inputShapes);
  const samples = network.shardSamples(BATCH);
  const wanted = new Set<number>();
  const different = new Map<string, { node: (typeof network.nodes)[number]; times: number }>();
  for (const node of network.nodes) {
    if (node.weights.length > 0 || node.inputs.some((value) => wanted.has(value))) {
      for (const value of node.outputs) wanted.add(value);
    }
    const { name: _, ...config } = node.layer.config();
    const key = JSON.stringify([
      node.layer.className,
      config,
      network.shapesOf(node.inputs),
      node.inputs.map((value) => wanted.has(value)),
    ]);
    const same = different.get(key);
    if (same) same.times++;
    else different.set(key, { node, times: 1 });
  }
  for (const { node, times } of different.values()) {
    const shapes = network.shapesOf(node.inputs);
    const { layer, weights, inputs, outputs } = node;
    const calls = record(
      { recordable: layer, inputShapes: shapes, weights, samples, wanted: inputs.map((value) => wanted.has(value)) },
      arena,
    );
    if (calls.forward.length + calls.backward.length === 0) continue;
    yield { layer, inputShapes: shapes, outputShape: network.shapes[outputs[0]!]!, samples, times, ...calls };
  }
}

function record({ recordable, inputShapes, weights, samples, wanted }: Recording, arena: Arena) {
  arena.reset();
  const program = new ProgramBuilder(true, samples);
  const xs = inputShapes.map((shape) => program.batchRegion(shape));
  for (const [i, x] of xs.entries()) x.wantsGradient = wanted[i]!;
  const [y] = program.apply(recordable, xs, weights);
  const forwardCalls = program.finish().stages.flat().length;
  const dy = program.batchRegion(y!.shape);
  program.backward([y!, dy]);
  const { regions, prepare, stages, step } = program.finish();
  const random = [...xs, dy, ...weights.map(ownValue)];
  const bind = binder(arena, samples, [...regions, ...weights.flatMap(homesOf)], random);
  const values = { iterations: 0, learningRate: 0, batchSamples: samples, firstSample: 0, seed: 1 };
  writeStep(arena.memory, bind([step])[0]!, values);
  for (const { kernel, args } of prepare.flatMap((stage) => stage.calls)) arena.kernels[kernel]!(...bind(args));
  const calls = stages.flat().map(({ kernel, args }) => {
    const numbers = [samples, ...bind(args)];
    return { kernel, run: () => arena.kernels[kernel]!(...numbers) };
  });
  for (const { run } of calls) run();
  return { forward: calls.slice(0, forwardCalls), backward: calls.slice(forwardCalls) };
}

const ownValue = (weight: Weight) => weight.value;
const homesOf = (weight: Weight) => [weight.value, weight.gradient];

/** Gives all regions a place, some of them random numbers; returns what makes numbers of a call's arguments. */
function binder(arena: Arena, samples: number, regions: readonly Region[], random: readonly Region[]) {
  const addresses = new Map<Region, number>();
  for (const region of regions) {
    const count = Math.ceil(region.bytes / 4) * (region.perSample ? samples : 1);
    addresses.set(region, random.includes(region) ? arena.random(count) : arena.zeros(count));
  }
  return (args: readonly unknown[]) => args.map((arg) => (typeof arg === "number" ? arg : addressOf(arg as Region)));

  function addressOf(arg: Region | { readonly region: Region }): number {
    // All rows of a batch are those of the one shard that there is here.
    const region = "region" in arg ? arg.region : arg;
    const address = addresses.get(region.root);
    if (address === undefined) throw new Error(`bench: expected regions of the program, got one of "${region.home}"`);
    return address;
  }
}

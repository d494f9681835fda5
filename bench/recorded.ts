import type { Layer, Region, Weight } from "wasm-cnn";
import { ProgramBuilder } from "wasm-cnn";
import type { Arena } from "./arena.js";
import type { BenchNetwork } from "./shapes.js";

// What the engine makes of a network is not public; where it lies depends on this file being in build/bench.
const dist = new URL("../../dist/", import.meta.url);
const { Network } = (await import(new URL("graph/network.js", dist).href)) as typeof import("../dist/graph/network.js");
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
    if (weights.length > 0) {
      arena.reset();
      const program = new ProgramBuilder(true, samples);
      const x = program.batchRegion(shape);
      // The first layer's input gradient is never computed.
      x.wantsGradient = !first;
      const [y] = program.apply(recordable, [x], weights);
      const forwardCalls = program.finish().stages.flat().length;
      const dy = program.batchRegion(y!.shape);
      program.backward([y!, dy]);
      const { regions, prepare, stages } = program.finish();
      const bind = binder(arena, samples, [...regions, ...weights.flatMap(homesOf)], [x, dy, ...weights.map(ownValue)]);
      for (const { kernel, args } of prepare.flatMap((stage) => stage.calls)) arena.kernels[kernel]!(...bind(args));
      const calls = stages.flat().map(({ kernel, args }) => {
        const numbers = [samples, ...bind(args)];
        return { kernel, run: () => arena.kernels[kernel]!(...numbers) };
      });
      for (const { run } of calls) run();
      const [forward, backward] = [calls.slice(0, forwardCalls), calls.slice(forwardCalls)];
      yield { layer: layers[position]!, inputShape: shape, samples, forward, backward };
      first = false;
    }
  }
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

  function addressOf(region: Region): number {
    const address = addresses.get(region.root);
    if (address === undefined) throw new Error(`bench: expected regions of the program, got one of "${region.home}"`);
    return address;
  }
}

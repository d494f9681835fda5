import { instantiate } from "../kernels/instantiate.js";
import { type Kernel, type KernelPack, modulesOf } from "../kernels/kernels.js";
import { core } from "../kernels/packs/core.generated.js";
import { type Shape, sizeOf } from "../program/shape.js";
import { splitSeed } from "../program/step.js";
import type { Initializer, WeightFiller } from "../program/weight.js";
import { newMemory } from "./sharing.js";

/** Purposes of random numbers: the second word of the Philox counter. */
export const RANDOM = { initialize: 1, shuffle: 2, dropout: 3, augment: 4, dataset: 5, mix: 6 } as const;

const ADDRESS = 1024;
/** Blocks of four numbers that are made at a time. */
const BLOCKS = 15 * 1024;
const PAGES = 4;

/** A small memory for numbers that are made outside of any model, and the packs over it. */
class Scratch {
  readonly #memory = newMemory(PAGES);
  readonly #kernels = new Map<KernelPack<unknown>, Record<string, Kernel>>();

  kernels(pack: KernelPack<unknown>): Record<string, Kernel> {
    let kernels = this.#kernels.get(pack);
    if (!kernels) {
      const modules = modulesOf([pack], this.#memory.refusal === undefined, false);
      kernels = instantiate(modules, this.#memory.memory);
      this.#kernels.set(pack, kernels);
    }
    return kernels;
  }

  numbers(count: number): Float32Array {
    return new Float32Array(this.#memory.memory.buffer, ADDRESS, count);
  }

  words(count: number): Uint32Array {
    return new Uint32Array(this.#memory.memory.buffer, ADDRESS, count);
  }
}

let scratch: Scratch | undefined;

class Filler implements WeightFiller {
  readonly data: Float32Array;

  constructor(
    readonly shape: Shape,
    readonly seed: number,
    readonly position: readonly [layer: number, weight: number],
  ) {
    this.data = new Float32Array(sizeOf(shape));
  }

  constant(value: number): void {
    this.data.fill(value);
  }

  uniform(low: number, high: number): void {
    this.random(core, "philoxUniform", low, high);
  }

  random(pack: KernelPack<unknown>, kernel: string, ...parameters: number[]): void {
    scratch ??= new Scratch();
    const fill = scratch.kernels(pack)[kernel]!;
    const [k0, k1] = splitSeed(this.seed);
    const [layer, index] = this.position;
    const blocks = Math.ceil(this.data.length / 4);
    for (let first = 0; first < blocks; first += BLOCKS) {
      const some = Math.min(BLOCKS, blocks - first);
      fill(some, ADDRESS, ...parameters, k0, k1, first, RANDOM.initialize, layer, index);
      this.data.set(scratch.numbers(Math.min(4 * some, this.data.length - 4 * first)), 4 * first);
    }
  }
}

/** The first numbers of a weight: they depend on the seed and the weight's position alone. */
export function fillWeight(
  initializer: Initializer,
  shape: Shape,
  seed: number,
  position: readonly [layer: number, weight: number],
): Float32Array {
  const filler = new Filler(shape, seed, position);
  initializer.fill(filler);
  return filler.data;
}

/** `count` random u32, at most 4 * BLOCKS: the words from `first` (a multiple of 4) on of the stream (purpose, counter). A view. */
export function randomWords(seed: number, purpose: number, counter: number, first: number, count: number): Uint32Array {
  scratch ??= new Scratch();
  const [k0, k1] = splitSeed(seed);
  scratch.kernels(core).philoxFill!(Math.ceil(count / 4), ADDRESS, k0, k1, first / 4, purpose, counter, 0);
  return scratch.words(count);
}

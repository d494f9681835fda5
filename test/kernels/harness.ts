import { instantiateSync } from "@assemblyscript/loader";
import type { instantiate } from "../../build/release.js";
import { expectClose } from "../expectClose.js";
import { readFile } from "../readFile.js";
import { tolerances } from "../tolerances.js";

export type Numbers = Float32Array | Int32Array | Uint32Array | Uint8Array;
type NumbersType<T extends Numbers> = { readonly BYTES_PER_ELEMENT: number } & (new (
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
) => T);

/** All kernels, as the compiler describes them. */
export type Kernels = Omit<Awaited<ReturnType<typeof instantiate>>, "memory">;

type MathKernel =
  `math${"Exp" | "Log" | "Log1p" | "Expm1" | "Softplus" | "Sigmoid" | "Tanh" | "Erf" | "NormalCdf" | "NormalQuantile"}`;
/** Kernels that only the tests have (test/assembly): functions of `count` numbers, a multiple of 4. */
export type TestKernels = Record<MathKernel, (y: number, x: number, count: number) => void>;
type AllKernels = Kernels & TestKernels;

/** A compiled binary in build/ over a memory of its own. */
interface Binary {
  readonly memory: WebAssembly.Memory;
  readonly kernels: AllKernels;
}

const BINARY_PAGES = 256;
/** Above what a binary may keep low in memory (the debug binary has messages there). */
const FIRST_ADDRESS = 65536;
const ALIGNMENT = 64;
/** Kernels may read this far past a buffer. */
const READ_SLACK = 64;
const WALL_BYTES = 256;
/**
 * A signalling NaN: arithmetic never makes one, not even out of itself. Each block has its own, so that what is copied
 * from one wall to another is seen too.
 */
const WALL_WORD = 0x7f80dea0;

/** The binaries that `compute` runs if it is not told: all give the same bits. */
let usualBinaries: readonly string[] = ["release", "debug"];

/** From now on kernels run in these binaries of build/. */
export function useBinaries(...names: string[]): void {
  usualBinaries = names;
}

const binaries = new Map<string, Binary>();

function loadBinary(name: string): Binary {
  const known = binaries.get(name);
  if (known) return known;
  const memory = new WebAssembly.Memory({ initial: BINARY_PAGES, maximum: BINARY_PAGES, shared: true });
  const module = new WebAssembly.Module(new Uint8Array(readFile(`build/${name}.wasm`)));
  const { exports } = instantiateSync(module, { env: { memory } });
  const binary = { memory, kernels: exports as unknown as AllKernels };
  binaries.set(name, binary);
  return binary;
}

/** Memory beside a buffer, full of one word. */
interface Wall {
  readonly words: Uint32Array;
  readonly word: number;
}

/** A buffer in the arena; in the arguments of a kernel it stands for its address. */
export class Block<T extends Numbers = Numbers> {
  readonly #kept: Numbers | undefined;

  /** @param isInput whether the kernel must leave the values as they are now */
  constructor(
    readonly values: T,
    readonly before: Wall,
    readonly after: Wall,
    isInput: boolean,
  ) {
    this.#kept = isInput ? values.slice() : undefined;
  }

  get address(): number {
    return this.values.byteOffset;
  }

  /** Throws if the kernel has written where it must not. */
  check(kernel: string): void {
    for (const { words, word } of [this.before, this.after]) {
      const hit = words.findIndex((value) => value !== word);
      if (hit < 0) continue;
      const distance = words.byteOffset + 4 * hit - this.address;
      throw new Error(
        `${kernel}: expected to stay in ${this.values.byteLength} bytes, got a write ${distance} bytes from their begin`,
      );
    }
    const changed = this.#kept ? firstDifference(this.#kept, this.values) : -1;
    if (changed >= 0) throw new Error(`${kernel}: expected its inputs unchanged, got a write at element ${changed}`);
  }
}

/** Buffers in a kernel's memory, each between two walls of NaN that the kernel must leave standing. */
export class Arena {
  readonly #binary: Binary;
  readonly #last: number | undefined;
  readonly #blocks: Block[] = [];
  #end = FIRST_ADDRESS;

  /** @param last which block, in the order of their making, lies at the end of memory: a far read past it traps */
  constructor(binary: Binary, last?: number) {
    this.#binary = binary;
    this.#last = last;
  }

  get blocks(): number {
    return this.#blocks.length;
  }

  /** What the kernel reads and must not change: numbers as f32, typed arrays of integers as they are. */
  input(values: ArrayLike<number>): Block {
    const isInteger = values instanceof Uint8Array || values instanceof Int32Array || values instanceof Uint32Array;
    const type = (isInteger ? values.constructor : Float32Array) as NumbersType<Numbers>;
    return this.#add(values.length, type, values, true);
  }

  /** What the kernel reads and writes. */
  inout(values: ArrayLike<number>): Block<Float32Array> {
    return this.#add(values.length, Float32Array, values, false);
  }

  /** What the kernel writes, full of NaN. */
  output(length: number): Block<Float32Array>;
  output<T extends Numbers>(length: number, type: NumbersType<T>): Block<T>;
  output(length: number, type: NumbersType<Numbers> = Float32Array): Block {
    return this.#add(length, type, undefined, false);
  }

  /** Calls the kernel, then checks the walls and the inputs. */
  call<K extends keyof AllKernels>(kernel: K, ...args: Args<Parameters<AllKernels[K]>>): void {
    const numbers = (args as (number | Block)[]).map((arg) => (arg instanceof Block ? arg.address : arg));
    (this.#binary.kernels[kernel] as (...numbers: number[]) => void)(...numbers);
    for (const block of this.#blocks) block.check(kernel);
  }

  #add<T extends Numbers>(
    length: number,
    type: NumbersType<T>,
    values: ArrayLike<number> | undefined,
    isInput: boolean,
  ): Block<T> {
    const { buffer } = this.#binary.memory;
    // Walls are whole words.
    const bytes = Math.ceil((length * type.BYTES_PER_ELEMENT) / 4) * 4;
    const isLast = this.#blocks.length === this.#last;
    const begin = isLast ? buffer.byteLength - READ_SLACK - bytes : this.#end + WALL_BYTES;
    const bytesAfter = isLast ? READ_SLACK : WALL_BYTES;
    if (!isLast) this.#end = Math.ceil((begin + bytes + bytesAfter) / ALIGNMENT) * ALIGNMENT;
    if (this.#end > buffer.byteLength / 2) throw new RangeError(`Arena: expected less, got ${bytes} bytes more`);
    const word = WALL_WORD + this.#blocks.length;
    new Uint32Array(buffer, begin - WALL_BYTES, (WALL_BYTES + bytes + bytesAfter) / 4).fill(word);
    const before = { words: new Uint32Array(buffer, begin - WALL_BYTES, WALL_BYTES / 4), word };
    const after = { words: new Uint32Array(buffer, begin + bytes, bytesAfter / 4), word };
    const array = new type(buffer, begin, length);
    if (values) array.set(values);
    const block = new Block(array, before, after, isInput);
    this.#blocks.push(block);
    return block;
  }
}

export type Args<T extends number[]> = { [I in keyof T]: number | Block };
type Blocks = Readonly<Record<string, Block>>;
type Results<B extends Blocks> = { [K in keyof B]: B[K] extends Block<infer T> ? T : never };

/**
 * Runs `body` with the release and the debug binary (or those that `useBinaries` names), then once more for each of its buffers with that one at the end of
 * memory. Returns copies of the blocks that body returns, which must have been the same bits (or NaN) in all runs.
 */
export function compute<B extends Blocks>(body: (arena: Arena) => B, names = usualBinaries): Results<B> {
  const run = (name: string, last?: number) => {
    const arena = new Arena(loadBinary(name), last);
    const blocks = body(arena);
    const copies = Object.entries(blocks).map(([key, block]) => [key, block.values.slice()]);
    return { blocks: arena.blocks, results: Object.fromEntries(copies) as Results<B> };
  };
  const { blocks, results } = run(names[0]!);
  for (const name of names.slice(1)) expectSameBits(run(name).results, results, `${name} and ${names[0]} binary`);
  for (let last = 0; last < blocks; last++) {
    expectSameBits(run(names[0]!, last).results, results, `buffer ${last} at the end of memory`);
  }
  return results;
}

/** Index of the first number that is not the same (all NaN are), or -1. */
function firstDifference(values: Numbers, others: Numbers): number {
  for (let i = 0; i < values.length; i++) if (!Object.is(values[i], others[i])) return i;
  return -1;
}

function expectSameBits(actual: Readonly<Record<string, Numbers>>, expected: typeof actual, what: string): void {
  for (const [key, values] of Object.entries(expected)) {
    const other = actual[key]!;
    const different = firstDifference(values, other);
    if (different < 0) continue;
    throw new Error(
      `${what}: expected the same bits, got ${other[different]} for ${values[different]} in ${key}[${different}]`,
    );
  }
}

/**
 * Expects that a sample gives the same bits wherever it lies in the shard and whatever else is there: all samples, the
 * same backwards, and each one alone. `inputs` are cut into samples, and so are the results of `kernel`.
 */
export function expectSamplesApart(
  samples: number,
  inputs: readonly ArrayLike<number>[],
  kernel: (samples: number, ...inputs: Numbers[]) => Readonly<Record<string, Numbers>>,
): void {
  const arrays = inputs.map((values) => (values instanceof Uint8Array ? values : Float32Array.from(values)));
  const cut = (values: Numbers, n: number) => {
    const size = values.length / samples;
    return values.subarray(n * size, (n + 1) * size);
  };
  const pick = (order: readonly number[]) =>
    arrays.map((values) => {
      const picked = values.slice(0, (values.length / samples) * order.length);
      for (const [place, n] of order.entries()) picked.set(cut(values, n), (place * values.length) / samples);
      return picked;
    });
  const together = kernel(samples, ...arrays);
  const all = Array.from({ length: samples }, (_, n) => n);
  const backwards = kernel(samples, ...pick(all.toReversed()));
  for (const n of all) {
    const alone = kernel(1, ...pick([n]));
    for (const [key, values] of Object.entries(together)) {
      const expected = { [key]: cut(values, n) };
      expectSameBits({ [key]: cut(backwards[key]!, samples - 1 - n) }, expected, `sample ${n}, order reversed`);
      expectSameBits({ [key]: alone[key]! }, expected, `sample ${n}, alone`);
    }
  }
}

/** Expects equality; -0 is 0 and NaN is NaN. */
export function expectEqual(actual: ArrayLike<number>, expected: ArrayLike<number>, what?: string): void {
  expectClose(actual, expected, tolerances.exact, what);
}

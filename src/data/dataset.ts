import { checkBoolean, checkInteger, checkOptions, show } from "../base/check.js";
import { Raw, rawOf, seeThroughProxies } from "../base/raw.js";
import { type ArrayElements, batchOf, type SampleElement, sliceArrays } from "./elements.js";
import {
  batchSeed,
  type CutMixBatchOptions,
  checkCutMix,
  checkMixUp,
  cutMixBatch,
  type MixUpBatchOptions,
  mixUpBatch,
} from "./mixing.js";
import { each, grouped, mapped, type Pass, readAhead, readFrom, repeated, shuffled, taken, zipped } from "./passes.js";
import type { BatchElement, PassPosition } from "./samples.js";

/** What gives elements one by one. */
export type Elements<T> = AsyncIterable<T> | Iterable<T>;

interface Form {
  readonly length: number | undefined;
  readonly restartable: boolean;
  /** How many random operations there are in it. */
  readonly streams: number;
}

/**
 * Elements that are made when they are needed, one after the other: samples `{ x, y?, sampleWeight? }`, batches of these, or anything on
 * the way there. `fit`, `evaluate` and `predict` take Datasets of batches. A pass can begin anew, and in its middle, and random orders
 * follow from a seed and the number of the pass: so that a training that was interrupted goes on with the same batches. For that,
 * functions given to `map` have to give the same for the same element.
 */
export class Dataset<T> extends Raw implements AsyncIterable<T> {
  readonly #pass: Pass<T>;
  readonly #form: Form;

  private constructor(pass: Pass<T>, form: Form) {
    super();
    this.#pass = pass;
    this.#form = form;
  }

  /**
   * Each sample is an element.
   * @param data batch axis first, also by name; bare typed arrays are one number a sample
   * @throws TypeError for what is no data, RangeError for parts of different length
   */
  static fromArrays(data: ArrayElements): Dataset<SampleElement> {
    const where = "Dataset.fromArrays";
    checkOptions(where, data, ["x", "y", "sampleWeight"]);
    const slices = sliceArrays(where, data);
    const pass: Pass<SampleElement> = async function* ({ skip }) {
      for (let i = skip; i < slices.count; i++) yield slices.at(i);
    };
    return new Dataset(pass, { length: slices.count, restartable: true, streams: 0 });
  }

  /**
   * What a function makes for each pass, such as a generator function. In place of the function: an array or the like; or an iterator,
   * which serves one pass.
   * @param options.length how many elements there are, if that is known
   * @throws TypeError if it is none of these
   */
  static fromGenerator<T>(
    make: (() => Elements<T> | Promise<Elements<T>>) | Elements<T>,
    options: { length?: number | undefined } = {},
  ): Dataset<T> {
    const where = "Dataset.fromGenerator";
    checkOptions(where, options, ["length"]);
    const { length } = options;
    if (length !== undefined) checkInteger(`${where}.length`, length, 0);
    if (typeof make !== "function" && !isIterable(make)) {
      throw new TypeError(`${where}: expected a function that makes an iterable, got ${show(make)}`);
    }
    const restartable = typeof make === "function" || iteratorOf(where, make) !== (make as unknown);
    let isUsed = false;
    const pass: Pass<T> = async function* ({ skip }) {
      if (isUsed && !restartable) {
        throw new Error(
          `${where}: expected a function that makes an iterator for each pass, got an iterator that is used up`,
        );
      }
      isUsed = true;
      const elements = typeof make === "function" ? await make() : make;
      yield* readFrom(where, () => iteratorOf(where, elements), skip);
    };
    return new Dataset(pass, { length, restartable, streams: 0 });
  }

  /**
   * Elements side by side: `Dataset.zip({ x: images, y: labels })`. It ends with the first that ends.
   * @throws TypeError for what is no Dataset
   */
  static zip<R extends Record<string, unknown>>(datasets: { readonly [K in keyof R]: Dataset<R[K]> }): Dataset<R> {
    const entries = Object.entries(datasets ?? {}) as [string, Dataset<unknown>][];
    const wrong = entries.find(([, each]) => !(each instanceof Dataset));
    if (wrong || entries.length === 0) {
      throw new TypeError(`Dataset.zip: expected Datasets by name, got ${show(wrong ? wrong[1] : datasets)}`);
    }
    const sources = entries.map(([name, dataset]) => [name, rawOf(dataset).#pass] as const);
    const lengths = entries.map(([, { length }]) => length);
    return new Dataset<R>((position) => zipped<R>(sources, position), {
      length: lengths.includes(undefined) ? undefined : Math.min(...(lengths as number[])),
      restartable: entries.every(([, { restartable }]) => restartable),
      // Those that are shuffled alike stay side by side.
      streams: Math.max(...entries.map(([, dataset]) => rawOf(dataset).#form.streams)),
    });
  }

  /** Elements of a pass; infinite after `repeat()`, undefined where only the end tells. */
  get length(): number | undefined {
    return this.#form.length;
  }

  /** Whether there can be more than one pass. */
  get restartable(): boolean {
    return this.#form.restartable;
  }

  /** One pass. @throws TypeError, RangeError for a wrong position */
  iterate(position: PassPosition = {}): AsyncIterator<T> {
    const where = "Dataset.iterate";
    checkOptions(where, position, ["pass", "seed", "skip"]);
    const { pass = 0, seed = 0, skip = 0 } = position;
    checkInteger(`${where}.pass`, pass, 0);
    checkInteger(`${where}.seed`, seed, 0);
    checkInteger(`${where}.skip`, skip, 0);
    return this.#pass({ pass, seed, skip });
  }

  /** The elements of one pass: `for await (const element of dataset)`. */
  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.iterate();
  }

  #with<U>(pass: Pass<U>, form: Partial<Form> = {}): Dataset<U> {
    return new Dataset(pass, { ...this.#form, ...form });
  }

  /**
   * What a function, also an async one, makes of each element.
   * @param call also gets the element's index in the pass; its errors name that
   */
  map<U>(call: (element: T, index: number) => U | Promise<U>): Dataset<U> {
    if (typeof call !== "function") throw new TypeError(`Dataset.map: expected a function, got ${show(call)}`);
    return this.#with((position) => mapped("Dataset.map", this.#pass, call, position));
  }

  /**
   * Elements in random order: each is drawn from the next `buffer`. All orders are alike only with a buffer of all elements. Each pass has
   * an order of its own.
   * @param buffer elements held in memory
   * @param options.seed default: the model's, else 0
   */
  shuffle(buffer: number, options: { seed?: number | undefined } = {}): Dataset<T> {
    checkInteger("Dataset.shuffle: buffer", buffer, 1);
    checkOptions("Dataset.shuffle", options, ["seed"]);
    const { seed: own } = options;
    if (own !== undefined) checkInteger("Dataset.shuffle.seed", own, 0);
    const { streams } = this.#form;
    return this.#with(
      (position) => shuffled(this.#pass, buffer, streams, { ...position, seed: own ?? position.seed }),
      { streams: streams + 1 },
    );
  }

  /**
   * Batches of `size` samples, the last one may be shorter: see `stack`.
   * @param options.dropRemainder whether a shorter one is left out. Default false
   */
  batch(this: Dataset<SampleElement>, size: number, options: { dropRemainder?: boolean } = {}): Dataset<BatchElement> {
    checkInteger("Dataset.batch: size", size, 1);
    checkOptions("Dataset.batch", options, ["dropRemainder"]);
    const drops = checkBoolean("Dataset.batch.dropRemainder", options.dropRemainder ?? false);
    const { length } = this;
    const source = this.#pass;
    const pass: Pass<BatchElement> = async function* (position) {
      let index = position.skip;
      for await (const group of each(grouped(source, size, position))) {
        if (drops && group.length < size) return;
        yield batchOf(`Dataset.batch: element ${index++}`, group);
      }
    };
    return this.#with(pass, { length: length && (drops ? Math.floor(length / size) : Math.ceil(length / size)) });
  }

  /**
   * Batches in which each sample is mixed with a random one of its batch: see `mixUp`. Partners and weights follow from the seed, the pass and
   * the batch's index.
   * @param options.seed default: the model's, else 0
   * @throws TypeError, RangeError for wrong options; batches that do not fit make the pass fail
   */
  mixUp(this: Dataset<BatchElement>, options: Omit<MixUpBatchOptions, "step"> = {}): Dataset<BatchElement> {
    checkMixUp("Dataset.mixUp", options, ["alpha", "seed"]);
    return this.#mixed("Dataset.mixUp", options.seed, (batch, seed) => mixUpBatch(batch, options, seed));
  }

  /** Likewise with a part of each image that is of another one: see `cutMix`. */
  cutMix(this: Dataset<BatchElement>, options: Omit<CutMixBatchOptions, "step"> = {}): Dataset<BatchElement> {
    checkCutMix("Dataset.cutMix", options, ["factor", "seed"]);
    return this.#mixed("Dataset.cutMix", options.seed, (batch, seed) => cutMixBatch(batch, options, seed));
  }

  #mixed(
    this: Dataset<BatchElement>,
    where: string,
    own: number | undefined,
    mix: (batch: BatchElement, seed: number) => BatchElement,
  ): Dataset<BatchElement> {
    const { streams } = this.#form;
    const pass: Pass<BatchElement> = (position) => {
      const seedOf = (index: number) => batchSeed(own ?? position.seed, position.pass, index, streams);
      return mapped(where, this.#pass, (batch, index) => mix(batch, seedOf(index)), position);
    };
    return this.#with(pass, { streams: streams + 1 });
  }

  /** The first `count` elements. */
  take(count: number): Dataset<T> {
    checkInteger("Dataset.take: count", count, 0);
    const { length } = this;
    // One that does not know its length may be shorter.
    const known = length === undefined ? undefined : Math.min(count, length);
    return this.#with((position) => taken(this.#pass, count, position), { length: known });
  }

  /** Without the first `count` elements. */
  skip(count: number): Dataset<T> {
    checkInteger("Dataset.skip: count", count, 0);
    const { length } = this;
    return this.#with((position) => this.#pass({ ...position, skip: position.skip + count }), {
      length: length === undefined ? undefined : Math.max(0, length - count),
    });
  }

  /** Pass after pass. @param count default: for ever; `fit` then needs `stepsPerEpoch` */
  repeat(count?: number): Dataset<T> {
    if (count !== undefined) checkInteger("Dataset.repeat: count", count, 1);
    const { length } = this;
    const times = count ?? Infinity;
    return this.#with((position) => repeated(this.#pass, times, length, position), {
      length: length === 0 ? 0 : length === undefined && count !== undefined ? undefined : (length ?? 1) * times,
    });
  }

  /**
   * Keeps all elements in memory from the first pass on that comes to its end; what stands before is not asked again. Every pass has the
   * order of the first.
   */
  cache(): Dataset<T> {
    let kept: readonly T[] | undefined;
    const source = this.#pass;
    const pass: Pass<T> = async function* (position) {
      if (!kept) {
        const all: T[] = [];
        let index = 0;
        for await (const element of each(source({ ...position, pass: 0, skip: 0 }))) {
          all.push(element);
          if (index++ >= position.skip) yield element;
        }
        kept = all;
        return;
      }
      yield* kept.slice(position.skip);
    };
    return this.#with(pass);
  }

  /** Reads up to `count` elements ahead. Default 1; `fit` itself reads one batch ahead. */
  prefetch(count = 1): Dataset<T> {
    checkInteger("Dataset.prefetch: count", count, 1);
    return this.#with((position) => readAhead(this.#pass, count, position));
  }
}

seeThroughProxies(Dataset as never);

function isIterable(value: unknown): value is Elements<unknown> {
  if (typeof value !== "object" || value === null) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}

function iteratorOf<T>(where: string, elements: Elements<T>): AsyncIterator<T> | Iterator<T> {
  if (!isIterable(elements)) {
    throw new TypeError(`${where}: expected the function to make an iterable, got ${show(elements)}`);
  }
  return Symbol.asyncIterator in elements
    ? elements[Symbol.asyncIterator]()
    : (elements as Iterable<T>)[Symbol.iterator]();
}

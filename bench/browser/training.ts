// Runs in pages and in Node alike.
import { type LoadMnistOptions, loadMnist, toCategorical } from "wasm-cnn";
import { seedNetwork } from "../seedNetwork.js";

const BATCH = 64;
const PIXELS = 28 * 28;
/** Steps in a round: about 50 ms, so that clocks which tick every millisecond are good enough. */
const STEPS = 10;

/** Milliseconds between the begins of two tasks of the thread that called `fit`. */
export interface Gaps {
  readonly p99: number;
  readonly longest: number;
  readonly count: number;
}

/** The seed's network in training, a round at a time. Every engine gets the same images and computes the same bits. */
export class Training {
  readonly #model: ReturnType<typeof seedNetwork>;
  readonly #images: Uint8Array;
  readonly #labels: Float32Array;
  #rounds = 0;

  private constructor(threads: number, images: Uint8Array, labels: Float32Array) {
    this.#model = seedNetwork({ threads });
    this.#images = images;
    this.#labels = labels;
  }

  /** @param mnist where MNIST is, as `loadMnist` takes it */
  static async open(threads: number, mnist: LoadMnistOptions): Promise<Training> {
    const { trainImages, trainLabels } = await loadMnist(mnist);
    return new Training(threads, trainImages.data, toCategorical(trainLabels.data, 10).data);
  }

  /** Trains on the next images; images a second. */
  async round(): Promise<number> {
    const count = STEPS * BATCH;
    const begin = (this.#rounds++ * count) % (this.#labels.length / 10 - count);
    const x = this.#images.subarray(begin * PIXELS, (begin + count) * PIXELS);
    const y = this.#labels.subarray(begin * 10, (begin + count) * 10);
    const began = performance.now();
    await this.#model.fit(x, y, { batchSize: BATCH });
    return (count / (performance.now() - began)) * 1000;
  }

  /** Trains for so many milliseconds and watches how long other tasks of this thread have to wait. */
  async gaps(milliseconds: number): Promise<Gaps> {
    const gaps: number[] = [];
    let last = performance.now();
    let timer = 0 as unknown as ReturnType<typeof setTimeout>;
    // Timers rest 4 ms in browsers: enough for threads that have this core too.
    const tick = () => {
      const now = performance.now();
      gaps.push(now - last);
      last = now;
      timer = setTimeout(tick);
    };
    timer = setTimeout(tick);
    const signal = AbortSignal.timeout(milliseconds);
    await this.#model.fit(this.#images, this.#labels, { batchSize: BATCH, epochs: 1000, signal }).catch((error) => {
      if (error !== signal.reason) throw error;
    });
    clearTimeout(timer);
    gaps.sort((a, b) => a - b);
    return { p99: gaps[Math.floor(gaps.length * 0.99)]!, longest: gaps.at(-1)!, count: gaps.length };
  }

  /** Workers that run. */
  workers(): number {
    return this.#model.backendInfo().threads;
  }
}

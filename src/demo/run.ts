import type { FitPosition, Logs, ModelSnapshot, Sequential } from "wasm-cnn";

/** What can be set before a run. */
export interface Settings {
  batchSize: number;
  learningRate: number;
  epochs: number;
  /** Training images. */
  images: number;
  seed: number;
}

/** Those that a saved model was trained with; what it does not hold is as given. */
export function settingsOf(model: Sequential, { progress }: ModelSnapshot, given: Settings): Settings {
  return {
    ...given,
    ...(progress && { seed: progress.seed }),
    ...(model.optimizer && { learningRate: Number(model.optimizer.learningRate.toPrecision(6)) }),
    batchSize: progress?.fit?.batchSize ?? given.batchSize,
    images: progress?.fit?.samples ?? given.images,
  };
}

/** Points of a curve. */
export interface Curve {
  readonly epoch: number[];
  readonly loss: number[];
  readonly accuracy: number[];
}

/** Points an epoch at most: with more, chance would hide the curve. */
const POINTS = 80;

interface Sums {
  readonly images: number;
  readonly loss: number;
  readonly accuracy: number;
}

const NO_SUMS: Sums = { images: 0, loss: 0, accuracy: 0 };

/** All of a run as plain data. */
export interface RunState {
  readonly number: number;
  readonly settings: Readonly<Settings>;
  readonly parameters: number;
  readonly training: Curve;
  readonly test: Curve;
  readonly fingerprint: string;
  readonly before: number;
  readonly sums: Sums;
  readonly pointSums: Sums;
}

/** One training of one network: its settings and its curves. */
export class Run {
  training = emptyCurve();
  test = emptyCurve();
  /** The first digits of the fingerprint of the weights when it last ended. */
  fingerprint = "";
  /** Epochs before the present one; one that was stopped is a part of one. */
  #before = 0;
  #sums = NO_SUMS;
  #pointSums = NO_SUMS;

  constructor(
    readonly number: number,
    /** Those of the last call of `fit`. */
    public settings: Readonly<Settings>,
    readonly parameters: number,
  ) {}

  static of({ number, settings, parameters, training, test, fingerprint, before, sums, pointSums }: RunState): Run {
    const run = new Run(number, settings, parameters);
    Object.assign(run, { training, test, fingerprint });
    run.#before = before;
    run.#sums = sums;
    run.#pointSums = pointSums;
    return run;
  }

  /** A copy, which `Run.of` makes a run of again. */
  get state(): RunState {
    const { number, settings, parameters, training, test, fingerprint } = this;
    const [before, sums, pointSums] = [this.#before, this.#sums, this.#pointSums];
    return structuredClone({ number, settings, parameters, training, test, fingerprint, before, sums, pointSums });
  }

  /** Epochs gone through, with the share of the present one. */
  get progress(): number {
    return this.#before + this.#sums.images / this.settings.images;
  }

  /** Epochs before the present one. */
  get epochs(): number {
    return this.#before;
  }

  /** Whether it stands within an epoch. */
  get midEpoch(): boolean {
    return this.#sums.images > 0 && this.#sums.images < this.settings.images;
  }

  /** Begins where the training of a saved model was. */
  start(position: FitPosition | undefined): void {
    if (!position) return;
    // Three numbers on all samples, then of the loss and of the metric how many sums it has, and its sum.
    const [images = 0, , , , loss = 0, , accuracy = 0] = position.sums;
    this.#before = position.epoch;
    this.#sums = { images, loss, accuracy };
    this.#pointSums = this.#sums;
  }

  get testAccuracy(): number | undefined {
    return this.test.accuracy.at(-1);
  }

  /**
   * Takes the logs of a batch. They are means over the epoch so far, so what the batches since the last point had is the
   * difference of two sums.
   */
  addBatch(batch: number, batchSize: number, { loss, accuracy = 0 }: Logs): void {
    const total = this.settings.images;
    const images = Math.min((batch + 1) * batchSize, total);
    this.#sums = { images, loss: loss * images, accuracy: accuracy * images };
    const since = images - this.#pointSums.images;
    if (since < total / POINTS && images < total) return;
    this.training.epoch.push(this.#before + (this.#pointSums.images + since / 2) / total);
    this.training.loss.push((this.#sums.loss - this.#pointSums.loss) / since);
    this.training.accuracy.push((this.#sums.accuracy - this.#pointSums.accuracy) / since);
    this.#pointSums = this.#sums;
  }

  endEpoch(): void {
    this.#before = this.progress;
    this.#sums = NO_SUMS;
    this.#pointSums = NO_SUMS;
  }

  /** @returns whether it is another one: tests of the same weights count once */
  addTest(loss: number, accuracy: number): boolean {
    if (this.test.epoch.at(-1) === this.progress) return false;
    this.test.epoch.push(this.progress);
    this.test.loss.push(loss);
    this.test.accuracy.push(accuracy);
    return true;
  }
}

function emptyCurve(): Curve {
  return { epoch: [], loss: [], accuracy: [] };
}

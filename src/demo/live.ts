import type { Sequential } from "wasm-cnn";
import { SIDE } from "./digits.js";
import { Emitter } from "./emitter.js";
import { coalesced } from "./pacing.js";
import type { Session } from "./session.js";

export type Activations = Awaited<ReturnType<Sequential["activations"]>>;

/** Rests between two looks at the network, in milliseconds, so that the training keeps nearly all of the time. */
const PREDICTION_REST = 100;
const ACTIVATIONS_REST = 300;

/** What the network makes of the drawn digit, kept up to date while it learns. */
export class Live extends Emitter<"digit" | "prediction" | "activations"> {
  /** 784 bytes as in MNIST, or undefined while there is none. */
  digit: Uint8Array | undefined;
  /** Ten, for the digits 0 to 9. */
  probabilities: Float32Array | undefined;
  activations: Activations | undefined;
  readonly #session: Session;
  #watched = false;
  readonly #predict: () => void;
  readonly #activate: () => void;

  constructor(session: Session) {
    super();
    this.#session = session;
    this.#predict = coalesced(() => this.#runPrediction(), PREDICTION_REST);
    this.#activate = coalesced(() => this.#runActivations(), ACTIVATIONS_REST);
    session.on(["step", "model"], () => this.#refresh());
  }

  setDigit(digit: Uint8Array | undefined): void {
    this.digit = digit;
    this.emit("digit");
    this.#refresh();
  }

  /** Whether someone looks at the activations; they cost more than a prediction. */
  watchActivations(watched: boolean): void {
    this.#watched = watched;
    this.#refresh();
  }

  #refresh(): void {
    this.#predict();
    if (this.#watched) this.#activate();
  }

  async #runPrediction(): Promise<void> {
    const output = await this.#ask((model, x) => model.predict(x));
    if (output === "outdated") return;
    this.probabilities = output?.data.length === 10 ? output.data : undefined;
    this.emit("prediction");
  }

  async #runActivations(): Promise<void> {
    const activations = await this.#ask((model, x) => model.activations(x));
    if (activations === "outdated") return;
    this.activations = activations;
    this.emit("activations");
  }

  /** Asks the present network about the present digit; another one of either in the meantime makes the answer outdated. */
  async #ask<T>(question: (model: Sequential, x: DigitSample) => Promise<T>): Promise<T | undefined | "outdated"> {
    const { digit } = this;
    const { model } = this.#session;
    if (!digit) return undefined;
    const outdated = () => this.digit !== digit || this.#session.model !== model;
    try {
      const answer = await question(model, { data: digit, shape: [1, SIDE, SIDE, 1] });
      return outdated() ? "outdated" : answer;
    } catch (error) {
      // A model that has been replaced is disposed of.
      if (outdated()) return "outdated";
      throw error;
    }
  }
}

interface DigitSample {
  readonly data: Uint8Array;
  readonly shape: readonly number[];
}

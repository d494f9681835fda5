import { checkNumber } from "../engine/check.js";
import type { ProgramBuilder } from "../engine/program.js";
import { Raw, seeThroughProxies } from "../engine/raw.js";
import type { Region } from "../engine/region.js";

/** What an optimizer works on: blocks laid out alike, one number for each trainable parameter. */
export interface OptimizerBlocks {
  readonly parameters: Region;
  readonly gradients: Region;
  readonly slots: readonly Region[];
}

/** The greatest 32-bit float. */
const MOST = 3.4028234663852886e38;

/** Holds options only; its slots live in the model's memory. */
export abstract class Optimizer extends Raw {
  #learningRate: number;

  constructor(
    /** As in Keras: `RMSprop`. */
    readonly className: string,
    learningRate: number,
  ) {
    super();
    this.#learningRate = checkLearningRate(learningRate);
  }

  /** Held as a 32-bit float, as in Keras. May be changed between steps. */
  get learningRate(): number {
    return this.#learningRate;
  }

  /** @throws RangeError if it is negative or not finite */
  set learningRate(value: number) {
    this.#learningRate = checkLearningRate(value);
  }

  /** Names of the slots kept for each parameter. */
  abstract readonly slotNames: readonly string[];

  /** Records the update in the update phase. */
  abstract record(program: ProgramBuilder, blocks: OptimizerBlocks): void;

  /** What the constructor took, under Keras' names. */
  abstract config(): Record<string, unknown>;
}

seeThroughProxies(Optimizer);

function checkLearningRate(value: number): number {
  return Math.fround(checkNumber("optimizer.learningRate", value, 0, MOST));
}

import { checkBoolean, checkOptions, checkShape, show } from "../engine/check.js";
import type { ProgramBuilder, Recorded } from "../engine/program.js";
import { Raw } from "../engine/raw.js";
import type { Region } from "../engine/region.js";
import type { Shape } from "../engine/shape.js";
import type { WasmModule } from "../engine/wasmTypes.js";
import type { Weight, WeightSpec } from "../engine/weight.js";
import { uniqueName } from "./names.js";

export interface LayerOptions {
  /** Default: the class in snake case, with a number from the second one on: `conv2d`, `conv2d_1`. */
  name?: string | undefined;
  /** Shape of one sample, without the batch axis. Only on the first layer, and only if data should not decide it. */
  inputShape?: Shape | undefined;
  /** Default true. False keeps the weights as they are; takes effect at the next `compile`. */
  trainable?: boolean | undefined;
}

/** What a constructor took, under Keras' names: plain JSON. */
export type LayerConfig = Record<string, unknown>;

const BASE_OPTIONS = ["name", "inputShape", "trainable"];

/**
 * A layer: its shapes, its weights, its forward pass and, beside it, its backward pass. It holds options only - no memory
 * and no state - so that one layer can be recorded into several programs and at several places.
 */
export abstract class Layer extends Raw {
  readonly name: string;
  readonly inputShape: Shape | undefined;
  trainable: boolean;

  /**
   * @param className as in Keras: `Conv2D`
   * @param options what the user gave
   * @param known names of the options that the class adds
   * @throws TypeError for unknown options or options of the wrong kind
   */
  constructor(
    readonly className: string,
    options: LayerOptions,
    known: readonly string[] = [],
  ) {
    super();
    const where = factoryName(className);
    checkOptions(where, options, [...known, ...BASE_OPTIONS]);
    const { name, inputShape, trainable = true } = options;
    if (name !== undefined && (typeof name !== "string" || name === "")) {
      throw new TypeError(`${where}.name: expected a string, got ${show(name)}`);
    }
    this.inputShape = inputShape === undefined ? undefined : checkShape(`${where}.inputShape`, inputShape);
    this.trainable = checkBoolean(`${where}.trainable`, trainable);
    this.name = name ?? uniqueName(className);
  }

  /**
   * Shape of the output for inputs of these shapes, all per sample.
   * @throws RangeError where the layer does not fit
   */
  abstract outputShape(inputs: readonly Shape[]): Shape;

  /** The weights for inputs of these shapes. */
  weightSpecs(_inputs: readonly Shape[]): readonly WeightSpec[] {
    return [];
  }

  /** A further stateless binary whose kernels the layer calls. */
  get kernels(): WasmModule | undefined {
    return undefined;
  }

  /** Calls kernels by name for the forward pass and returns the closure that calls those of the backward pass. */
  abstract record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded;

  /** What the constructor took, under Keras' names. */
  abstract config(): LayerConfig;
}

/** `conv2d` for `Conv2D`: what the user calls. */
export function factoryName(className: string): string {
  return className.charAt(0).toLowerCase() + className.slice(1).replace("2D", "2d");
}

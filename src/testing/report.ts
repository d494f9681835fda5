import { formatShape, type Shape } from "../engine/program/shape.js";

/** How far one element's gradient lies from what differences of the forward pass say. */
export interface GradientError {
  /** `input`, `input 1` of several, or the name of the weight. */
  readonly tensor: string;
  /** Its place in the tensor, of an input with the sample first. */
  readonly index: readonly number[];
  /** What the backward pass says. */
  readonly analytic: number;
  /** What the forward pass says. */
  readonly numeric: number;
  /** The difference in relation to the gradients. See `GradcheckOptions.tolerance`. */
  readonly relativeError: number;
}

/** What was checked of one input or weight. */
export interface TensorCheck {
  /** `input`, `input 1` of several, or the name of the weight. */
  readonly name: string;
  /** Of an input with the samples first. */
  readonly shape: Shape;
  /** How many of its elements were checked. */
  readonly checked: number;
  /** How many of them are wrong. */
  readonly wrong: number;
  /** The element with the largest relative error. */
  readonly worst: GradientError;
}

/** What `gradcheck` has found. */
export class GradcheckReport {
  /**
   * @param name of the layer or model
   * @param tolerance beyond which a relative error is wrong
   * @param tensors all inputs and trained weights, in order
   */
  constructor(
    readonly name: string,
    readonly tolerance: number,
    readonly tensors: readonly TensorCheck[],
  ) {}

  /** Whether all elements that were checked are within the tolerance. */
  get ok(): boolean {
    return this.tensors.every(({ wrong }) => wrong === 0);
  }

  /** The element with the largest relative error of all; undefined if there was none to check. */
  get worst(): GradientError | undefined {
    const all = this.tensors.map(({ worst }) => worst);
    return all.reduce<GradientError | undefined>(
      (worst, each) => (worst && worst.relativeError >= each.relativeError ? worst : each),
      undefined,
    );
  }

  /** A line for each input and weight, and one that names the worst element. */
  toString(): string {
    const { worst, tolerance } = this;
    const head = `gradcheck of ${this.name}: ${this.ok ? "ok" : "wrong"}, tolerance ${tolerance}`;
    const lines = this.tensors.map(({ name, shape, checked, wrong }) => {
      const what = `  ${name} ${formatShape(shape)}: ${checked} checked, `;
      return `${what}${wrong === 0 ? "all right" : `${wrong} wrong`}`;
    });
    const last = worst
      ? `  worst: ${worst.tensor}[${worst.index.join(", ")}]: backward pass ${worst.analytic}, ` +
        `differences of the forward pass ${worst.numeric}, relative error ${worst.relativeError.toPrecision(3)}`
      : "  nothing to check";
    return [head, ...lines, last].join("\n");
  }
}

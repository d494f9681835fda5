import type { Activation as ActivationFunction } from "../../activations/activation.js";
import { activatedShape, activation as activationOption } from "../../activations/option.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/** y = f(x), f an activation. Shapes: any, unchanged unless the activation says so. */
export class Activation extends defineLayer("Activation", {
  /** What is applied: a name, or an object of `activations`. */
  activation: activationOption(),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    return activatedShape(this, input!);
  }

  override bounding(): ActivationFunction | undefined {
    const { activation } = this;
    if (activation.bounds) return activation;
    // By its name alone, as it may not be there yet.
    const { name } = activation;
    return name === "relu6" ? { name, bounds: [0, 6], record: (...given) => activation.record(...given) } : undefined;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return this.activation.record(program, x!);
  }
}

/** Options of `activation`. */
export type ActivationOptions = OptionsOf<typeof Activation>;
/** y = f(x), f an activation. See {@link Activation}. */
export const activation = (options: ActivationOptions): Activation => new Activation(options);

import { Raw, seeThroughProxies } from "../../base/raw.js";
import { formatShape, type Shape, sameShape } from "../../engine/program/shape.js";
import type { WeightSpec } from "../../engine/program/weight.js";
import {
  checkWeights,
  type GivenWeight,
  type NamedVariable,
  type NamedWeight,
  Variable,
  type WeightInfo,
} from "./variable.js";

/** What has weights, as soon as the shapes of its inputs are known: all that a layer knows of them. */
export abstract class Weighted extends Raw {
  abstract readonly name: string;
  abstract trainable: boolean;
  #variables: readonly Variable[] | undefined;

  /** The weights for inputs of these shapes. */
  weightSpecs(_inputs: readonly Shape[]): readonly WeightSpec[] {
    return [];
  }

  /**
   * The weights for inputs of these shapes; changes nothing.
   * @throws RangeError if the sizes do not decide them, or do not fit weights that the layer has
   */
  checkInputs(inputs: readonly Shape[]): readonly WeightSpec[] {
    const specs = this.weightSpecs(inputs);
    for (const { name, shape } of specs) {
      if (shape.every((size) => Number.isSafeInteger(size))) continue;
      throw new RangeError(`expected an input whose sizes decide the shape of ${name}, got ${inputs.map(formatShape)}`);
    }
    const own = this.#variables;
    if (own && (own.length !== specs.length || own.some(({ shape }, i) => !sameShape(shape, specs[i]!.shape)))) {
      const [has, wants] = [own, specs].map((list) => list.map(({ shape }) => formatShape(shape)).join(", "));
      throw new RangeError(
        `expected an input that fits its weights of shape ${has}, got one for weights of shape ${wants}`,
      );
    }
    return specs;
  }

  /** Gives the layer its weights, if it has none yet. Called by models and by `apply`. @throws RangeError as `checkInputs` */
  build(inputs: readonly Shape[]): void {
    const specs = this.checkInputs(inputs);
    this.#variables ??= specs.map((spec) => new Variable(spec));
  }

  /** Its weights, in Keras' order; empty before its input is known. */
  get variables(): readonly Variable[] {
    return this.#variables ?? [];
  }

  /** The same by their names in the layer. */
  get namedVariables(): readonly NamedVariable[] {
    return this.variables.map((variable) => ({ name: variable.name, variable, trainable: variable.trainable }));
  }

  /** Its weights without their numbers, in the order of `getWeights`; empty before its input is known. */
  get weights(): readonly WeightInfo[] {
    return this.namedVariables.map(({ name, variable: { shape }, trainable }) => ({
      name,
      shape: [...shape],
      trainable: trainable && this.trainable,
    }));
  }

  /** Copies of its weights, in Keras' order. While `fit` runs: of the last completed step. @throws Error before a model has it */
  getWeights(): NamedWeight[] {
    return this.namedVariables.map(({ name, variable }) => ({
      name,
      shape: [...variable.shape],
      data: variable.read().slice(),
    }));
  }

  /**
   * Sets its weights, in the order of `getWeights`; names do not matter.
   * @throws TypeError, RangeError if one is missing or of another size or shape; Error while a model trains them
   */
  setWeights(weights: readonly GivenWeight[]): void {
    const data = checkWeights(`${this.name}.setWeights`, this.variables, weights);
    for (const variable of this.variables) variable.checkFree(`${this.name}.setWeights`);
    for (const [i, variable] of this.variables.entries()) variable.write(data[i]!.slice());
  }

  /** Parameters, also those that are not trained. */
  countParams(): number {
    return this.variables.reduce((sum, { size }) => sum + size, 0);
  }
}

seeThroughProxies(Weighted);

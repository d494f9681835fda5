import { show } from "../../base/check.js";
import { isFloat32Array, plainArray } from "../../engine/kernels/kinds.js";
import { fillWeight } from "../../engine/memory/initialize.js";
import { formatShape, type Shape, sameShape, sizeOf } from "../../engine/program/shape.js";
import type { Initializer, WeightConstraint, WeightRegularizer, WeightSpec } from "../../engine/program/weight.js";

/** A weight by its name, with its numbers, row-major. */
export interface NamedWeight {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** A weight of a layer under the name that it has there, and whether training changes it as far as the layer decides. */
export interface NamedVariable {
  readonly name: string;
  readonly variable: Variable;
  readonly trainable: boolean;
}

/** What there is to know of a weight without its numbers. */
export interface WeightInfo {
  readonly name: string;
  readonly shape: Shape;
  /** Whether training changes it, as its layer and models around that are frozen or not. */
  readonly trainable: boolean;
}

/** A weight as `setWeights` takes it: bare numbers, or with their shape. */
export type GivenWeight = Float32Array | { readonly data: Float32Array; readonly shape?: Shape };

/** Who has newer numbers of a variable than the variable itself: a model that works with it. */
export interface VariableHolder {
  /** A copy of the numbers after the last completed step. */
  readVariable(variable: Variable): Float32Array;
}

/**
 * A weight of a layer. It belongs to the layer, whichever models hold that: they work on copies in memories of their own, and take
 * newer numbers in before they run.
 */
export class Variable {
  readonly name: string;
  readonly shape: Shape;
  readonly initializer: Initializer;
  readonly regularizer: WeightRegularizer | undefined;
  readonly constraint: WeightConstraint | undefined;
  /** False for what no gradient changes, such as moving statistics. */
  readonly trainable: boolean;
  /** Rises with every change. */
  version = 0;
  #data: Float32Array | undefined;
  #start: { readonly seed: number; readonly position: readonly [layer: number, weight: number] } | undefined;
  #holder: VariableHolder | undefined;
  /** Who trains it just now, so that nobody else may change it. */
  #trainer: object | undefined;

  constructor({ name, shape, initializer, regularizer, constraint, trainable = true }: WeightSpec) {
    this.name = name;
    this.shape = shape;
    this.initializer = initializer;
    this.regularizer = regularizer;
    this.constraint = constraint;
    this.trainable = trainable;
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  /** Whether it has numbers, or knows from which seed they come. */
  get hasValue(): boolean {
    return this.#data !== undefined || this.#start !== undefined || this.#holder !== undefined;
  }

  /** From which seed its first numbers follow: they are made when someone asks. Only the first model says so. */
  initialize(seed: number, position: readonly [layer: number, weight: number]): void {
    if (this.hasValue) return;
    this.#start = { seed, position };
    this.version++;
  }

  /** The numbers; not to be changed. @throws Error if no model has initialised the layer yet */
  read(): Float32Array {
    if (this.#holder) return this.#holder.readVariable(this);
    if (!this.#data) {
      if (!this.#start) {
        throw new Error(
          `${this.name}: expected a weight with numbers, got a layer that is in no model yet; a model initialises it`,
        );
      }
      const { seed, position } = this.#start;
      this.#data = fillWeight(this.initializer, this.shape, seed, position);
    }
    return this.#data;
  }

  /** Gives the numbers of this moment. Those that nobody has asked for yet are made later: what makes them may have to be imported. */
  now(): () => Float32Array {
    if (this.#data || this.#holder || !this.#start) {
      const data = this.read();
      return () => data;
    }
    const { version } = this;
    const { seed, position } = this.#start;
    return () => (version === this.version ? this.read() : fillWeight(this.initializer, this.shape, seed, position));
  }

  /** @throws Error while somebody else trains it */
  checkFree(where: string, trainer?: object): void {
    if (this.#trainer === undefined || this.#trainer === trainer) return;
    throw new Error(`${where}: expected ${this.name} to be free, got a layer that another model trains just now`);
  }

  /** Nobody else may train or set it until `unlock`. */
  lock(trainer: object): void {
    this.#trainer = trainer;
  }

  unlock(trainer: object): void {
    if (this.#trainer === trainer) this.#trainer = undefined;
  }

  /** Takes new numbers; they are not copied. */
  write(data: Float32Array): void {
    this.#data = data;
    this.#holder = undefined;
    this.version++;
  }

  /** Says who has the newest numbers from now on. */
  hold(holder: VariableHolder): void {
    this.#holder = holder;
    this.#data = undefined;
    this.version++;
  }

  /** Takes the numbers back from this holder, if it has them. The version stays: they are the same. */
  release(holder: VariableHolder): void {
    if (this.#holder !== holder) return;
    this.#data = holder.readVariable(this);
    this.#holder = undefined;
  }
}

/**
 * The numbers for each weight, in order.
 * @throws TypeError, RangeError if one is missing or of another size or shape
 */
export function checkWeights(
  where: string,
  own: readonly Pick<Variable, "name" | "shape">[],
  given: readonly GivenWeight[],
): readonly Float32Array[] {
  if (!Array.isArray(given)) throw new TypeError(`${where}: expected an array, got ${show(given)}`);
  if (given.length !== own.length) {
    throw new RangeError(`${where}: expected ${own.length} arrays, got ${given.length}`);
  }
  return own.map((weight, i) => {
    const one: GivenWeight = given[i]!;
    const [data, shape] = isFloat32Array(one) ? [one, undefined] : [one?.data, one?.shape];
    if (!isFloat32Array(data)) {
      throw new TypeError(`${where}: expected a Float32Array for ${weight.name}, got ${show(one)}`);
    }
    if (shape !== undefined && !Array.isArray(shape)) {
      throw new TypeError(`${where}: expected an array as the shape of ${weight.name}, got ${show(shape)}`);
    }
    if (data.length !== sizeOf(weight.shape) || (shape && !sameShape(shape, weight.shape))) {
      const got = shape ? formatShape(shape) : `${data.length} numbers`;
      throw new RangeError(`${where}: expected ${formatShape(weight.shape)} for ${weight.name}, got ${got}`);
    }
    return plainArray(data);
  });
}

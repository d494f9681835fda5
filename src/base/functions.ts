// Functions of the user's that files know by name alone.

import { show } from "./check.js";
import type { Option } from "./options.js";

/** What is known by name once it has been registered. */
export class RegisteredFunctions<T extends { readonly name: string; readonly isFunction: boolean }> {
  readonly #found = new Map<string, T>();

  /** @param maker what makes one */
  constructor(
    readonly where: string,
    readonly maker: string,
  ) {}

  /** @throws TypeError if it was not made by `maker` */
  add(given: T): void {
    if (given?.isFunction !== true) {
      throw new TypeError(`${this.where}: expected what ${this.maker} gives, got ${show(given)}`);
    }
    this.#found.set(given.name, given);
  }

  get(name: string): T | undefined {
    return this.#found.get(name);
  }
}

/** An option that is a function. */
export function fn<F>(): Option<F> {
  return {
    check(where, value) {
      if (typeof value !== "function") throw new TypeError(`${where}: expected a function, got ${show(value)}`);
      return value as F;
    },
  };
}

/** @throws TypeError if it is no number: a promise of one, for example */
export function checkGiven(where: string, value: unknown): number {
  if (typeof value === "number") return value;
  throw new TypeError(`${where}: expected a function that gives a number, got one that gives ${show(value)}`);
}

import { type Shape, sameShape } from "../engine/program/shape.js";
import type { ModelProgram } from "../graph/modelProgram.js";
import { Network } from "../graph/network.js";

/** A network for inputs of some shapes, and what has been recorded of it. */
export interface SizedNetwork {
  readonly network: Network;
  readonly programs: Map<string, ModelProgram>;
}

/** Models whose inputs have open sizes keep what they have recorded for so many shapes. */
const MOST = 8;

/** The networks of a model, one for each shape of its inputs that has come; those that were not used for longest are dropped. */
export class Networks {
  readonly #first: Network;
  #all: SizedNetwork[];

  constructor(first: Network) {
    this.#first = first;
    this.#all = [];
  }

  at(shapes: readonly Shape[]): SizedNetwork {
    const found = this.#all.find(({ network }) =>
      network.inputShapes.every((shape, i) => sameShape(shape, shapes[i]!)),
    );
    if (found) {
      if (this.#all[0] !== found) this.#all = [found, ...this.#all.filter((one) => one !== found)];
      return found;
    }
    const isFirst = this.#first.inputShapes.every((shape, i) => sameShape(shape, shapes[i]!));
    const network = isFirst ? this.#first : new Network(this.#first.graph, shapes, this.#first.weights);
    const made = { network, programs: new Map() };
    this.#all = [made, ...this.#all].slice(0, MOST);
    return made;
  }
}

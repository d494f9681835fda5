import type { Recordable } from "../engine/program/program.js";
import type { Weight } from "../engine/program/weight.js";
import type { Layer } from "../layers/base/layer.js";

/** A call of a layer, models inside models taken apart. Values are known by their number. */
export interface Node {
  readonly layer: Layer;
  /** With the names of the models that it stands in: `encoder/conv2d`. */
  readonly path: string;
  /** Keys its random numbers: its place among all nodes, inputs left out. */
  readonly position: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly weights: readonly Weight[];
  /** True: computes as in training, always; false: as at inference; undefined: as the model runs. */
  readonly training: boolean | undefined;
  /** Whether the layer was trainable when this was made. */
  readonly trainable: boolean;
}

/** A node, or some in a row that are recorded as one. */
export interface Unit {
  /** Of its first node. */
  readonly position: number;
  readonly recordable: Recordable;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly weights: readonly Weight[];
  readonly training: boolean | undefined;
  readonly trainable: boolean;
}

/** A node alone as a unit. */
export function unitOf({ layer, ...node }: Node): Unit {
  return { ...node, recordable: layer };
}

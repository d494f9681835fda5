import type { Recordable } from "../engine/program.js";
import type { Shape } from "../engine/shape.js";
import type { Weight } from "../engine/weight.js";
import { Conv2D } from "../layers/conv2d.js";
import type { Layer } from "../layers/layer.js";
import { MaxPooling2D } from "../layers/maxPooling2d.js";

/** A layer in its place: what it gives out there, and its weights. */
export interface PlacedLayer {
  readonly layer: Layer;
  readonly outputShape: Shape;
  readonly weights: readonly Weight[];
}

/** Some layers in a row that are recorded as one. Computes what they compute: outputs and input gradients to the bit,
 * weight gradients but for the order of their sums. */
export interface Unit {
  /** Place of its first layer in the model. */
  readonly position: number;
  readonly recordable: Recordable;
  readonly weights: readonly Weight[];
  readonly outputShape: Shape;
}

/** Puts neighbours together where one pass over the data can do for both. */
export function fuse(placed: readonly PlacedLayer[]): readonly Unit[] {
  const units: Unit[] = [];
  for (let position = 0; position < placed.length; position++) {
    const { layer, weights, outputShape } = placed[position]!;
    const next = placed[position + 1];
    const pool = next?.layer;
    if (layer instanceof Conv2D && pool instanceof MaxPooling2D && layer.canPool(pool)) {
      const recordable: Recordable = {
        name: layer.name,
        record: (program, inputs, ws) => layer.recordPooled(program, inputs, ws, pool),
      };
      units.push({ position, recordable, weights, outputShape: next!.outputShape });
      position++;
    } else {
      units.push({ position, recordable: layer, weights, outputShape });
    }
  }
  return units;
}

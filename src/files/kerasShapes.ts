import type { LayerSnapshot } from "../graph/snapshot.js";
import { FileRef } from "./kerasNodes.js";
import { className, type KnownLayers } from "./kerasRows.js";

interface Row {
  readonly row: LayerSnapshot;
  readonly calls: readonly { readonly inputs: readonly FileRef[] }[];
}

/** What tensors are like where a file does not say it, as those of Keras 2: as far as the layers that give them tell, in order. */
export class KnownShapes {
  readonly #shapes = new Map<string, FileRef["shape"]>();
  readonly #isAsked: boolean;

  /** @param rows of the file: only operators ask */
  constructor(
    rows: readonly unknown[],
    readonly layers: KnownLayers,
  ) {
    this.#isAsked = rows.some((row) => /OpLambda$|^TensorFlowOpLayer$/.test(String(className(row))));
  }

  /** Takes in what a layer gives out, in each call. */
  add({ row, calls }: Row): void {
    if (!this.#isAsked || row.model) return;
    const made = row.className === "InputLayer" ? [{ inputs: [] }] : calls;
    for (const [call, { inputs }] of made.entries()) {
      const shapes = inputs.map((ref) => ref.shape ?? this.#shapes.get(keyOf(ref)));
      if (shapes.includes(undefined)) continue;
      const open = shapes.map((shape) => shape!.slice(1).map((size) => size ?? Number.NaN));
      try {
        for (const [tensor, shape] of this.layers.outputShapes(row, open).entries()) {
          const sizes = shape.map((size) => (Number.isNaN(size) ? null : size));
          this.#shapes.set(keyOf({ layer: String(row.config.name), call, tensor }), [null, ...sizes]);
        }
      } catch {
        // What does not fit is found when the model is made, with the way that led there.
      }
    }
  }

  /** Gives the tensors of a call the shapes that are known. */
  tell(value: unknown): void {
    if (!this.#isAsked || typeof value !== "object" || value === null) return;
    if (value instanceof FileRef) value.shape ??= this.#shapes.get(keyOf(value));
    else for (const each of Object.values(value)) this.tell(each);
  }
}

const keyOf = ({ layer, call, tensor }: Pick<FileRef, "layer" | "call" | "tensor">) => `${call}/${tensor}/${layer}`;

import { align } from "../program/plan.js";
import { Region } from "../program/region.js";
import type { Weight } from "../program/weight.js";

/** The first bytes of every memory: the control block (control.ts); nothing lies at the null pointer. */
export const HEADER_BYTES = 8192;

/**
 * The part of the memory that lives as long as the model: trainable weights in one block, the optimizer's slots laid out
 * alike, then weights that no optimizer touches. Gradient slots are laid out like the parameters too.
 */
export class ModelState {
  readonly parameters: Region;
  readonly optimizerSlots: readonly Region[];
  /** One gradient slot, seen as a block. */
  readonly gradients: Region;
  readonly bytes: number;
  /** The trainable weights, in the order of the blocks. */
  readonly trainable: readonly Weight[];

  constructor(
    readonly weights: readonly Weight[],
    optimizerSlots: number,
  ) {
    let size = 0;
    const trainable = weights.filter((w) => w.trainable);
    this.trainable = trainable;
    for (const weight of trainable) {
      weight.gradient.offset = size;
      size += align(weight.value.bytes);
    }
    const block = (home: "state" | "slot", offset: number) => {
      const region = new Region([size / 4], home, false);
      region.offset = offset;
      return region;
    };
    this.parameters = block("state", HEADER_BYTES);
    this.gradients = block("slot", 0);
    for (const weight of trainable) weight.value.offset = HEADER_BYTES + weight.gradient.offset;
    let end = HEADER_BYTES + size;
    this.optimizerSlots = Array.from({ length: optimizerSlots }, (_, i) => block("state", end + i * size));
    end += optimizerSlots * size;
    for (const weight of weights) {
      if (weight.trainable) continue;
      weight.value.offset = end;
      end += align(weight.value.bytes);
    }
    this.bytes = end;
  }
}

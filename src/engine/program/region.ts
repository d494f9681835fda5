import { type Shape, sizeOf } from "./shape.js";

export type DType = "f32" | "u8";

/**
 * Where a region lies, and so which copy of it a kernel sees:
 * - `state`: the model's weights and optimizer slots; one place, kept as long as the model.
 * - `shared`: one place while the program is in use (packed weights).
 * - `slot`: one copy for each gradient slot.
 * - `batch`: one row for each sample of the batch (inputs, targets, losses, outputs); a shard sees its rows.
 * - `work`: activations and scratch of a shard, reused by the next one.
 */
export type Home = "state" | "shared" | "slot" | "batch" | "work";

/** A piece of the model's memory: what a kernel's pointer will point to. The planner gives it its place. */
export class Region {
  /** Whether a backward pass has to write a gradient for it. */
  wantsGradient = true;
  /** On the output of a softmax or a sigmoid: its input, so that a loss can start from there. */
  logits: Region | undefined;
  /** Which of them it is, where there are logits. */
  logitsOf: "softmax" | "sigmoid" | undefined;
  /** Bytes from the start of its home. */
  offset = 0;
  readonly #source: Region | undefined;

  /**
   * @param shape per sample where `perSample`, else of the whole region
   * @param perSample whether there is one for each sample of the shard (`work`) or of the batch (`batch`)
   */
  constructor(
    readonly shape: Shape,
    public home: Home,
    readonly perSample: boolean,
    readonly dtype: DType = "f32",
    source?: Region,
  ) {
    this.#source = source;
    if (source) this.wantsGradient = source.wantsGradient;
  }

  /** The region whose memory this one shares: itself, or for a view what it looks at. */
  get root(): Region {
    return this.#source?.root ?? this;
  }

  /** Elements (of one sample where `perSample`). */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Bytes (of one sample where `perSample`). */
  get bytes(): number {
    return this.size * (this.dtype === "u8" ? 1 : 4);
  }

  /** The same memory under another shape of equal size. */
  view(shape: Shape): Region {
    return new Region(shape, this.home, this.perSample, this.dtype, this);
  }
}

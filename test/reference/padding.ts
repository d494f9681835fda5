export type Padding = "valid" | "same";

/** What padding makes of one axis: outputs, and the rows or columns added before and after. */
export interface PaddedAxis {
  readonly outSize: number;
  readonly before: number;
  readonly after: number;
}

/**
 * One axis of a convolution or pooling with a window of span = (kernel - 1) * dilation + 1.
 * valid: out = floor((size - span) / stride) + 1;
 * same: out = ceil(size / stride), total = max((out - 1) * stride + span - size, 0), before = floor(total / 2).
 */
export function padAxis(size: number, kernel: number, stride: number, dilation: number, padding: Padding): PaddedAxis {
  const span = (kernel - 1) * dilation + 1;
  if (padding === "valid") {
    return { outSize: Math.max(Math.floor((size - span) / stride) + 1, 0), before: 0, after: 0 };
  }
  const outSize = Math.ceil(size / stride);
  const total = Math.max((outSize - 1) * stride + span - size, 0);
  const before = Math.floor(total / 2);
  return { outSize, before, after: total - before };
}

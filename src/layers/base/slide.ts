// Where windows that slide over an axis lie. Nothing is recorded here: writers of files need the numbers alone.

/** `valid`: none. `same`: zeros around, so that the output has ceil(size / stride) places. */
export type Padding = "valid" | "same";

/** One axis of a window that slides over an input. */
export interface WindowAxis {
  readonly output: number;
  /** Padding before the first element; an odd rest goes after the last one. */
  readonly before: number;
  /** Size of the input with its padding. */
  readonly padded: number;
}

/** Output size and padding of one axis, as TensorFlow; output < 1 where the window does not fit. */
export function slide(size: number, window: number, stride: number, dilation: number, padding: Padding): WindowAxis {
  const reach = (window - 1) * dilation + 1;
  if (padding === "valid") return { output: Math.floor((size - reach) / stride) + 1, before: 0, padded: size };
  const output = Math.ceil(size / stride);
  const padded = Math.max((output - 1) * stride + reach, size);
  return { output, before: Math.floor((padded - size) / 2), padded };
}

/** One axis of a transposed convolution: size of the output, and how much is cropped before its first element. */
export interface TransposedAxis {
  readonly output: number;
  readonly before: number;
}

/** As Keras: @param outputPadding null: as much as makes the output size * stride for "same", at least that for "valid" */
export function spread(
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
  padding: Padding,
  outputPadding: number | null,
): TransposedAxis {
  const reach = (kernel - 1) * dilation + 1;
  if (padding === "valid") {
    return { output: (size - 1) * stride + reach + (outputPadding ?? Math.max(stride - reach, 0)), before: 0 };
  }
  const output = outputPadding === null ? size * stride : (size - 1) * stride + (reach % 2) + outputPadding;
  return { output, before: Math.floor(Math.max((size - 1) * stride + reach - output, 0) / 2) };
}

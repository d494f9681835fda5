import { checkChoice } from "../engine/check.js";

/** `valid`: none. `same`: zeros around, so that the output has ceil(size / stride) places. */
export type Padding = "valid" | "same";

export function checkPadding(where: string, padding: unknown): Padding {
  return checkChoice(where, padding, ["valid", "same"]);
}

/** One axis of a window that slides over an input. */
export interface WindowAxis {
  readonly output: number;
  /** Padding before the first element; an odd rest goes after the last one. */
  readonly before: number;
}

/** Output size and padding of one axis, as TensorFlow; output < 1 where the window does not fit. */
export function slide(size: number, window: number, stride: number, dilation: number, padding: Padding): WindowAxis {
  const reach = (window - 1) * dilation + 1;
  if (padding === "valid") return { output: Math.floor((size - reach) / stride) + 1, before: 0 };
  const output = Math.ceil(size / stride);
  const total = Math.max((output - 1) * stride + reach - size, 0);
  return { output, before: Math.floor(total / 2) };
}

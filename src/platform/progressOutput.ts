/** Where progress goes, and in which form. */
export interface ProgressOutput {
  /** Takes the text as it is, line breaks included. */
  write: (text: string) => void;
  /** True: one line, redrawn in place (Keras' verbose 1). False: one plain line an epoch (Keras' verbose 2). */
  redraw: boolean;
  /** Whether the redrawn line is bold and green, as in Keras. */
  color: boolean;
  /** Width of the terminal; the bar shrinks where the line would not fit. Default: unlimited. */
  columns?: number | undefined;
  /** The time in seconds. Default: `performance.now()`. */
  now?: () => number;
}

import { columnsOf } from "../platform/nodeTerminal.js";

/** The width of the summary's table, as Keras chooses it: 88 characters, or what fits on a narrower terminal, at least 40. */
export function summaryWidth(stream: NodeJS.WriteStream): number {
  return Math.max(40, Math.min(88, (columnsOf(stream) ?? 92) - 4));
}

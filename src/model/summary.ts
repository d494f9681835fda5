import { checkInteger, checkOptions } from "../engine/check.js";
import type { Network } from "./network.js";

export interface SummaryOptions {
  /** Takes the text. Default console.log. */
  print?: (text: string) => void;
  /** Characters a line. Default 76: a terminal of 80, less 4. */
  lineLength?: number;
}

/** What training has added, once there has been a step. */
export interface TrainingSize {
  /** Numbers that the optimizer keeps for each parameter. */
  readonly slots: number | undefined;
  /** Bytes of the model's memory. */
  readonly bytes: number | undefined;
}

export function summaryText(name: string, network: Network, options: SummaryOptions, _training: TrainingSize): string {
  checkOptions("summary", options, ["print", "lineLength"]);
  checkInteger("summary.lineLength", options.lineLength ?? 76, 20);
  const text = `Model: "${name}" ${network.placed.length}`;
  (options.print ?? console.log)(text);
  return text;
}

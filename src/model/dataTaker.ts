import type { Data } from "../data/samples.js";
import type { DataRows } from "./batch.js";
import type { WeightOptions } from "./options.js";

/** A model's way to look at data. */
export interface DataTaker {
  /** Whether it knows its input shape. */
  readonly isBuilt: boolean;
  /** What has to be imported before data can be checked; undefined if all is there. */
  namedParts(where: string, x: Data): Promise<void> | undefined;
  /** @throws TypeError, RangeError for data that does not fit */
  rows(where: string, x: Data, y: Data | undefined, weights?: WeightOptions): DataRows;
}

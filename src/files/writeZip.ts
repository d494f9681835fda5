import { zipSync } from "fflate";
import type { Bytes } from "../engine/kernels/kinds.js";

/** An archive whose entries are stored and have no date: the same entries give the same bytes. */
export function zip(entries: Readonly<Record<string, Uint8Array>>): Bytes {
  // The first day that zip knows; written as local time, so made from local time.
  return zipSync(entries, { level: 0, mtime: new Date(1980, 0, 1) });
}

// Parts and frames of an image that have the aspect ratio of another size, rounded as Keras rounds them: in 32 bits, down.

import type { Shape } from "../../engine/program/shape.js";

interface Size {
  readonly height: number;
  readonly width: number;
}

export interface Box extends Size {
  readonly top: number;
  readonly left: number;
}

/** a * b / c as 32 bits have it, rounded down. */
const ratio = (a: number, b: number, c: number) => Math.trunc(Math.fround(Math.fround(a * b) / c));

/** The largest part in the middle of an image that has the aspect ratio of `target`. */
export function cropToAspectRatio([rows, columns]: Shape, target: Size): Box {
  const height = Math.max(Math.min(rows!, ratio(columns!, target.height, target.width)), 1);
  const width = Math.max(Math.min(columns!, ratio(rows!, target.width, target.height)), 1);
  return { height, width, top: Math.trunc((rows! - height) / 2), left: Math.trunc((columns! - width) / 2) };
}

/** The smallest frame with an image in the middle that has the aspect ratio of `target`, but as much on both sides of the image. */
export function padToAspectRatio([rows, columns]: Shape, target: Size): Box {
  const top = Math.trunc((Math.max(rows!, ratio(columns!, target.height, target.width)) - rows!) / 2);
  const left = Math.trunc((Math.max(columns!, ratio(rows!, target.width, target.height)) - columns!) / 2);
  return { height: rows! + 2 * top, width: columns! + 2 * left, top, left };
}

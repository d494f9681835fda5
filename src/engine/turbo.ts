// 256-bit vectors, which V8 makes of pairs of 128-bit ones where it is told to.

import { enableTurbo, findTurbo } from "#platform";

let on = false;

/** Turns them on where the engine has them. */
export function turnOnTurbo(): void {
  on = enableTurbo().available;
}

export function isTurbo(): boolean {
  return on;
}

/** Why there are none, and none can be had; undefined where they are on, or could be. */
export function turboReason(): string | undefined {
  const { available, note } = findTurbo();
  return available ? undefined : note;
}

// Checks of targets, before anything is computed.

/** @throws RangeError if a target lies outside 0 to 1 */
export function checkBinary(where: string, data: ArrayLike<number>): void {
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (value >= 0 && value <= 1) continue;
    const hint = value === -1 ? "; labels -1 and 1 are for hinge losses: use (label + 1) / 2" : "";
    throw new RangeError(`${where}: expected targets from 0 to 1, got ${value} at index ${i}${hint}`);
  }
}

/** @throws RangeError if a label is no index of a class (and not `ignoreClass`) */
export function checkLabels(where: string, data: ArrayLike<number>, classes: number, ignoreClass: number | null): void {
  for (let i = 0; i < data.length; i++) {
    const label = data[i]!;
    if ((Number.isInteger(label) && label >= 0 && label < classes) || label === ignoreClass) continue;
    const hint = ignoreClass === null ? "; ignoreClass leaves a label out" : "";
    throw new RangeError(`${where}: expected classes from 0 to ${classes - 1}, got ${label} at index ${i}${hint}`);
  }
}

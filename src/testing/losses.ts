import { checkShape, show } from "../base/check.js";
import type { Region } from "../engine/program/region.js";
import { formatShape, sameShape } from "../engine/program/shape.js";
import type { Loss } from "../losses/loss.js";
import { type LossName, resolveLoss } from "../losses/resolve.js";

/** Numbers of a target, row-major, the samples first. */
export interface GradcheckTarget {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** The losses that take the place of the sum of the outputs, one an output, and their targets. */
export interface LossOptions {
  /**
   * The loss whose gradient is checked: a name, an object, or what `customLoss` gives; a list of several outputs. Needs `targets`. Its value
   * is the mean over the batch. Default: the sum of the outputs, each times a random number.
   */
  loss?: LossName | Loss | readonly (LossName | Loss)[] | undefined;
  /** What the loss compares the outputs with, the samples first; a list of several outputs. */
  targets?: GradcheckTarget | readonly GradcheckTarget[] | undefined;
}

/** @throws TypeError, RangeError for a loss that is none, and where one of both is missing */
export async function checkLosses({ loss, targets }: LossOptions): Promise<readonly Loss[] | undefined> {
  if (loss === undefined) {
    if (targets === undefined) return undefined;
    throw new TypeError(`gradcheck.loss: expected the loss of the targets, got ${show(loss)}`);
  }
  if (targets === undefined) {
    throw new TypeError(`gradcheck.targets: expected the targets of the loss, got ${show(targets)}`);
  }
  const list = (Array.isArray(loss) ? loss : [loss]) as readonly (LossName | Loss)[];
  const losses = list.map((each) => resolveLoss("gradcheck.loss", each));
  for (const each of losses) await each.load?.();
  return losses;
}

/** The numbers of all targets. @param regions of the targets, in a trial @throws TypeError, RangeError where they do not fit */
export function checkTargets(
  { targets }: LossOptions,
  losses: readonly Loss[],
  regions: readonly Region[],
  outputs: readonly Region[],
  samples: number,
): readonly ArrayLike<number>[] {
  const list = (Array.isArray(targets) ? targets : [targets]) as readonly GradcheckTarget[];
  if (list.length !== regions.length) {
    throw new RangeError(`gradcheck.targets: expected ${regions.length}, one an output, got ${list.length}`);
  }
  return list.map((target, i) => {
    const wanted = [samples, ...regions[i]!.shape];
    const shape = checkShape("gradcheck.targets.shape", target?.shape);
    const { length } = target.data ?? [];
    // Labels may have an axis of one number, as in `fit`.
    if (!(sameShape(shape, wanted) || sameShape(shape, [...wanted, 1])) || length !== samples * regions[i]!.size) {
      throw new RangeError(
        `gradcheck.targets: expected ${formatShape(wanted)}, got ${formatShape(shape)} with ${length} numbers`,
      );
    }
    losses[i]!.checkTarget?.("gradcheck.targets", target.data, outputs[i]!.shape);
    return target.data;
  });
}

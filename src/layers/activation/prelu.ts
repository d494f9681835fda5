import { checkInteger } from "../../base/check.js";
import { nullable, type Option, optional } from "../../base/options.js";
import { constraint } from "../../constraints/option.js";
import { prelu as pack } from "../../engine/kernels/packs/prelu.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape, sizeOf } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { initializer } from "../../initializers/option.js";
import { Zeros } from "../../initializers/zeros.js";
import { regularizer } from "../../regularizers/option.js";
import { sampleAxis } from "../base/axis.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { weightSpec } from "../base/weightOptions.js";

/** Axes of a batch, from 1 on; one axis may stand alone. */
function axes(): Option<readonly number[], number | readonly number[]> {
  return {
    check: (where, value) =>
      (Array.isArray(value) ? value : [value]).map((axis, i) => checkInteger(`${where}[${i}]`, axis, 1, 8)),
    write: (value) => [...value],
  };
}

/** y = x where x > 0, else alpha x. Shapes: any, unchanged; alpha that of a sample, 1 along shared axes. */
export class PReLU extends defineLayer("PReLU", {
  /** Default "zeros". */
  alphaInitializer: optional(initializer(), () => new Zeros()),
  /** A penalty on alpha, added to the loss. Default null: none. */
  alphaRegularizer: optional(regularizer(), null),
  /** What alpha is brought to after each step. Default null: nothing. */
  alphaConstraint: optional(constraint(), null),
  /** Axes along which all elements have one alpha; neighbours, counting the batch as 0: [1, 2] for one a channel. Default null. */
  sharedAxes: optional(nullable(axes()), null),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    this.#alphaShape(input!);
    return input!;
  }

  /** @throws RangeError unless the shared axes are neighbours */
  #alphaShape(input: Shape): Shape {
    const shared = (this.sharedAxes ?? []).map((axis) => sampleAxis("sharedAxes", axis, input));
    // Between those of size 1 that are not named, which may be shared as well.
    const [begin, end] = [Math.min(...shared), Math.max(...shared)];
    const others = input.filter((size, axis) => axis > begin && axis < end && !shared.includes(axis) && size !== 1);
    if (others.length > 0) {
      throw new RangeError(`expected sharedAxes that are neighbours, got ${formatShape(this.sharedAxes!)}`);
    }
    return input.map((size, axis) => (shared.includes(axis) ? 1 : size));
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    return [weightSpec(this, "alpha", this.#alphaShape(input!))];
  }

  record(program: ProgramBuilder, [x]: readonly Region[], [alpha]: readonly Weight[]): Recorded {
    const { shape } = x!;
    const shared = (this.sharedAxes ?? []).map((axis) => sampleAxis("sharedAxes", axis, shape));
    const [begin, end] = shared.length > 0 ? [Math.min(...shared), Math.max(...shared) + 1] : [0, 0];
    const layout = [sizeOf(shape.slice(0, begin)), sizeOf(shape.slice(begin, end)), sizeOf(shape.slice(end))] as const;
    const y = program.region(shape);
    program.call(pack, "preluForward", y, x!, alpha!.value, ...layout);
    return {
      outputs: [y],
      backward([dy]) {
        if (alpha!.trainable) program.call(pack, "preluBackwardAlphaAdd", alpha!.gradient, dy!, x!, ...layout);
        if (!x!.wantsGradient) return [undefined];
        const dx = program.region(shape);
        program.call(pack, "preluBackward", dx, dy!, x!, alpha!.value, ...layout);
        return [dx];
      },
    };
  }
}

/** Options of `prelu`. */
export type PReLUOptions = OptionsOf<typeof PReLU>;
/** y = x where x > 0, else alpha x. See {@link PReLU}. */
export const prelu = (options?: PReLUOptions): PReLU => new PReLU(options);

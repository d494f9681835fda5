import { integer } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { recordUpSample } from "./recordUpSample.js";

/** y[i,c] = x[c] for n steps. Shapes: (C) to (n, C). */
export class RepeatVector extends defineLayer("RepeatVector", {
  /** How often the vector is repeated. */
  n: integer(1),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    if (input!.length !== 1) {
      throw new RangeError(`expected an input of shape (channels,), got ${formatShape(input!)}`);
    }
    return [this.n, input![0]!];
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const { outputs, backward } = recordUpSample(program, x!.view([1, 1, x!.size]), [this.n, 1]);
    const [y] = outputs as [Region];
    return {
      outputs: [y.view([this.n, x!.size])],
      backward: ([dy]) => [backward!([dy!.view(y.shape)])[0]?.view(x!.shape)],
    };
  }
}

/** Options of `repeatVector`. */
export type RepeatVectorOptions = OptionsOf<typeof RepeatVector>;
/** y[i,c] = x[c] for n steps. See {@link RepeatVector}. */
export const repeatVector = (options: RepeatVectorOptions): RepeatVector => new RepeatVector(options);

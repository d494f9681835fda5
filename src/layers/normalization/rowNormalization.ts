import { normalization } from "../../engine/kernels/packs/normalization.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { recordPermute } from "../base/recordPermute.js";
import type { Affine } from "./affine.js";

/** xhat = (x - mean) / sqrt(max(factor sum((x - mean)^2) + epsilon, least)) over some axes of a sample. */
export interface RowNormalization {
  /** In ascending order; 0 is the one after the batch. */
  readonly axes: readonly number[];
  /** Whether the mean is taken away; else it is 0. */
  readonly centred: boolean;
  /** Of the sum of squares. */
  readonly factor: "mean" | "sum";
  readonly epsilon: number;
  readonly least: number;
}

/** Records y = gamma xhat + beta. The rows lie one after the other: if the axes are not the last ones, they are brought there. */
export function recordRowNormalization(
  program: ProgramBuilder,
  input: Region,
  affine: Affine,
  { axes, centred, factor, epsilon, least }: RowNormalization,
): Recorded {
  const { length } = input.shape;
  const others = [...input.shape.keys()].filter((axis) => !axes.includes(axis));
  const order = [...others, ...axes];
  const there = recordPermute(program, input, order);
  const [x] = there.outputs as [Region];
  const n = axes.reduce((size, axis) => size * input.shape[axis]!, 1);
  const rows = x.size / n;
  const constant = (value: number) => program.prepare([], normalization, "rowNormalizationFill", n, n, value);
  const gamma = affine.values[0] || constant(1);
  const beta = affine.values[1] || constant(0);
  const scale = factor === "mean" ? 1 / n : 1;
  const mode = [rows, n, centred ? 1 : 0, scale] as const;
  const statistics = program.region([2 * rows]);
  const y = program.region(x.shape);
  program.call(normalization, "rowNormalizationForward", y, statistics, x, gamma, beta, ...mode, epsilon, least);
  const back = recordPermute(
    program,
    y,
    Array.from({ length }, (_, axis) => order.indexOf(axis)),
  );
  return {
    outputs: back.outputs,
    backward(dys) {
      const [dy] = back.backward!(dys) as [Region];
      if (affine.trainable) {
        program.call(
          normalization,
          "rowNormalizationBackwardAffineAdd",
          ...([...affine.gradients, dy, x, statistics, rows, n] as const),
        );
      }
      if (!input.wantsGradient) return [undefined];
      const dx = program.region(x.shape);
      program.call(normalization, "rowNormalizationBackward", dx, dy, x, statistics, gamma, ...mode, least);
      return there.backward!([dx]);
    },
  };
}

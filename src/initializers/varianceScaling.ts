import { toSnakeCase } from "../base/case.js";
import { checkChoice } from "../base/check.js";
import { number, type Option, optional } from "../base/options.js";
import type { Shape } from "../engine/program/shape.js";
import type { WeightFiller } from "../engine/program/weight.js";
import { fans } from "./fans.js";
import { defineInitializer } from "./initializer.js";
import { fillNormal, fillTruncatedNormal } from "./normals.js";

export type FanMode = "fan_in" | "fan_out" | "fan_avg";
export type ScaledDistribution = "truncated_normal" | "untruncated_normal" | "uniform";

/** The standard deviation of a normal distribution that is cut at two standard deviations. */
const TRUNCATED_STDDEV = 0.87962566103423978;

export interface Scaling {
  readonly scale: number;
  readonly mode: FanMode;
  readonly distribution: ScaledDistribution;
}

/** What the variance is divided by. */
function fan(shape: Shape, mode: FanMode): number {
  const { fanIn, fanOut } = fans(shape);
  return Math.max(1, { fan_in: fanIn, fan_out: fanOut, fan_avg: (fanIn + fanOut) / 2 }[mode]);
}

/** Fills with numbers of mean 0 and variance scale / fan. */
export function fillScaled(weight: WeightFiller, { scale, mode, distribution }: Scaling): void {
  const variance = scale / fan(weight.shape, mode);
  const limit = Math.sqrt(3 * variance);
  if (distribution === "uniform") weight.uniform(-limit, limit);
  else if (distribution === "untruncated_normal") fillNormal(weight, 0, Math.sqrt(variance));
  else fillTruncatedNormal(weight, 0, Math.sqrt(variance) / TRUNCATED_STDDEV);
}

/** One of these texts, in snake or camel case. */
function snakeChoice<C extends string, G extends string>(
  choices: readonly C[],
  also: Readonly<Record<string, C>> = {},
) {
  const option: Option<C, C | G> = {
    check(where, value) {
      const name = typeof value === "string" ? toSnakeCase(value) : value;
      return also[name as string] ?? checkChoice(where, name, choices);
    },
  };
  return option;
}

/** Mean 0, variance scale / n; n is the weight's fan in, fan out, or their mean. */
export class VarianceScaling extends defineInitializer("VarianceScaling", {
  /** Positive. Default 1. */
  scale: optional(number(Number.MIN_VALUE), 1),
  /** Default "fanIn". */
  mode: optional(
    snakeChoice<FanMode, "fanIn" | "fanOut" | "fanAvg">(["fan_in", "fan_out", "fan_avg"]),
    (): FanMode => "fan_in",
  ),
  /** Default "truncatedNormal", which is also what "normal" means. */
  distribution: optional(
    snakeChoice<ScaledDistribution, "truncatedNormal" | "untruncatedNormal" | "normal">(
      ["truncated_normal", "untruncated_normal", "uniform"],
      { normal: "truncated_normal" },
    ),
    (): ScaledDistribution => "truncated_normal",
  ),
}) {
  fill(weight: WeightFiller): void {
    fillScaled(weight, this);
  }
}

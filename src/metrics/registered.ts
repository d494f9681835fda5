import { RegisteredFunctions } from "../base/functions.js";
import type { Metric } from "./metric.js";

export const registeredMetrics = /* @__PURE__ */ new RegisteredFunctions<Metric>("registerMetric", "customMetric");

/**
 * Makes a metric of your own known by its name to `compile` and to what reads files; `compile` does that with the metrics that it is given.
 * @param metric made by `customMetric`; one of the same name is replaced
 * @throws TypeError for another value
 */
export function registerMetric(metric: Metric): void {
  registeredMetrics.add(metric);
}

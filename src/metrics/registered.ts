import { RegisteredFunctions } from "../base/functions.js";
import { registerClass } from "../base/register.js";
import type { DeclaredClass } from "../base/registry.js";
import type { Metric } from "./metric.js";

export const registeredMetrics = /* @__PURE__ */ new RegisteredFunctions<Metric>("registerMetric", "customMetric");

/**
 * Makes a metric of your own known by its name to `compile` and to what reads files; or a class of metrics to what reads files. One of
 * the same name is replaced. `compile` does that itself with what `customMetric` has made.
 * @param metric made by `customMetric`, or a class made with `metrics.defineMetric`
 * @throws TypeError for another value
 */
export function registerMetric(metric: Metric | DeclaredClass<Metric>): void {
  if (typeof metric === "function") registerClass("metric", metric);
  else registeredMetrics.add(metric);
}

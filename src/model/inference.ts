import { sizeOf } from "../engine/shape.js";
import { type Logs, meanLogs } from "./history.js";
import type { Rows } from "./rows.js";
import type { Runtime } from "./runtime.js";

/** Numbers and their shape, row-major. */
export interface NumberTensor {
  readonly data: Float32Array;
  readonly shape: number[];
}

/** So few samples are computed on the calling thread at once: waking others would take about as long. */
const FEW = 16;

/** The means of the loss and the metrics over all rows, batch by batch. */
export async function evaluateRows(runtime: Runtime, x: Rows, y: Rows, batchSize: number, prefix = ""): Promise<Logs> {
  const sums: number[] = [];
  await runtime.betweenSteps(async () => {
    for (let first = 0; first < x.count; first += batchSize) {
      const samples = Math.min(batchSize, x.count - first);
      await runtime.evaluate({ x, y, index: (i) => first + i, samples, batchSize }, sums, x.count <= FEW);
    }
  });
  return meanLogs(runtime.measureNames, sums, x.count, prefix);
}

/** The outputs for all rows, batch by batch. */
export async function predictRows(runtime: Runtime, x: Rows, batchSize: number): Promise<NumberTensor> {
  const { outputShape } = runtime.network;
  const data = new Float32Array(x.count * sizeOf(outputShape));
  await runtime.betweenSteps(async () => {
    for (let first = 0; first < x.count; first += batchSize) {
      const samples = Math.min(batchSize, x.count - first);
      await runtime.predict({ x, index: (i) => first + i, samples, batchSize }, data, first, x.count <= FEW);
    }
  });
  return { data, shape: [x.count, ...outputShape] };
}

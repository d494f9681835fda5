import { sizeOf } from "../engine/shape.js";
import { type DataRows, gather, kindOfData } from "./batch.js";
import type { Logs } from "./history.js";
import { logsOf, type Sums } from "./measures.js";
import type { Runtime } from "./runtime.js";

/** Numbers and their shape, row-major. */
export interface NumberTensor {
  readonly data: Float32Array;
  readonly shape: number[];
}

/** So few samples are computed on the calling thread at once: waking others would take about as long. */
const FEW = 16;

/** The means of the loss and the metrics over all rows, batch by batch. */
export async function evaluateRows(
  where: string,
  runtime: Runtime,
  data: DataRows,
  batchSize: number,
  prefix = "",
): Promise<Logs> {
  let sums: Sums = [];
  const kind = kindOfData(data, batchSize);
  await runtime.betweenSteps(where, async () => {
    for (let first = 0; first < data.count; first += batchSize) {
      const samples = Math.min(batchSize, data.count - first);
      const batch = gather(data, kind, samples, (i) => first + i);
      sums = await runtime.evaluate(batch, sums, data.count <= FEW);
    }
  });
  return logsOf(runtime.compiled!, sums, prefix);
}

/**
 * The outputs for all rows, batch by batch.
 * @param values those that are wanted in place of the network's outputs
 */
export async function predictRows(
  where: string,
  runtime: Runtime,
  xs: DataRows["xs"],
  batchSize: number,
  values?: readonly number[],
): Promise<NumberTensor[]> {
  const data: DataRows = { count: xs[0]!.count, xs, ys: [], weights: undefined };
  const kind = kindOfData(data, batchSize);
  const network = runtime.networkFor(kind.inputShapes);
  const shapes = (values ?? network.outputs).map((value) => network.inferenceShapes[value]!);
  const outs = shapes.map((shape) => new Float32Array(data.count * sizeOf(shape)));
  await runtime.betweenSteps(where, async () => {
    for (let first = 0; first < data.count; first += batchSize) {
      const samples = Math.min(batchSize, data.count - first);
      const batch = gather(data, kind, samples, (i) => first + i);
      await runtime.predict(batch, outs, first, { values, alone: data.count <= FEW });
    }
  });
  return outs.map((out, i) => ({ data: out, shape: [data.count, ...shapes[i]!] }));
}

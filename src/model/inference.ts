import { type Shape, sizeOf } from "../engine/shape.js";
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
  let sums: readonly number[] = [];
  await runtime.betweenSteps(prefix === "" ? "evaluate" : "fit", async () => {
    for (let first = 0; first < x.count; first += batchSize) {
      const samples = Math.min(batchSize, x.count - first);
      sums = await runtime.evaluate({ x, y, index: (i) => first + i, samples, batchSize }, sums, x.count <= FEW);
    }
  });
  return meanLogs(runtime.measureNames, sums, x.count, prefix);
}

/** The outputs for all rows, batch by batch. */
export async function predictRows(runtime: Runtime, x: Rows, batchSize: number): Promise<NumberTensor> {
  const [output] = await forwardRows("predict", runtime, x, batchSize, [runtime.network.outputShape]);
  return output!;
}

/** The outputs of the layers of these names for all rows, batch by batch. */
export async function activationsOfRows(
  runtime: Runtime,
  x: Rows,
  batchSize: number,
  names: readonly string[],
): Promise<Record<string, NumberTensor>> {
  const { placed } = runtime.network;
  const positions = names.map((name) => placed.findIndex(({ layer }) => layer.name === name));
  const shapes = positions.map((position) => placed[position]!.outputShape);
  const outputs = await forwardRows("activations", runtime, x, batchSize, shapes, positions);
  return Object.fromEntries(names.map((name, i) => [name, outputs[i]!]));
}

async function forwardRows(
  where: string,
  runtime: Runtime,
  x: Rows,
  batchSize: number,
  shapes: readonly Shape[],
  positions?: readonly number[],
): Promise<NumberTensor[]> {
  const outs = shapes.map((shape) => new Float32Array(x.count * sizeOf(shape)));
  await runtime.betweenSteps(where, async () => {
    for (let first = 0; first < x.count; first += batchSize) {
      const samples = Math.min(batchSize, x.count - first);
      const batch = { x, index: (i: number) => first + i, samples, batchSize };
      await runtime.predict(batch, outs, first, { positions, alone: x.count <= FEW });
    }
  });
  return outs.map((data, i) => ({ data, shape: [x.count, ...shapes[i]!] }));
}

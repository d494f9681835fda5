import { padsOf } from "./convolutions.js";
import { checkClosed, type ExportedCall, type Exporter, listOf } from "./exporter.js";
import { gathered, resampled } from "./resampling.js";

// Of images and of sequences alike.

export function exportPooling(operator: "MaxPool" | "AveragePool"): Exporter {
  return (graph, { inputs, shape, config }) => {
    const x = graph.toLayout(inputs[0]!, true);
    const window = listOf(config.pool_size);
    const ones = window.map(() => 1);
    const windows = { kernel_shape: window, strides: listOf(config.strides) };
    const counting = operator === "AveragePool" ? { count_include_pad: 0 } : {};
    return graph.add(operator, [x], { ...windows, ...padsOf(x.shape, window, config, ones), ...counting }, { shape });
  };
}

export function exportGlobalPooling(operator: string): Exporter {
  return (graph, { inputs: [x], shape }) => {
    const pooled = graph.add(operator, [graph.toLayout(x!, true)], {}, { shape });
    const keepsAxes = shape.length === x!.shape.length;
    return keepsAxes ? pooled : graph.add("Flatten", [pooled], { axis: 1 }, { channelsFirst: false });
  };
}

/** Means of windows are weighted sums of neighbours. */
export const exportAdaptiveAveragePooling: Exporter = (graph, { inputs: [x], config: { output_size } }) => {
  checkClosed(x!, "adaptive pooling");
  return listOf(output_size).reduce(
    (value, size, axis) => resampled(graph, value, axis, { size, method: "adaptive", antialias: false }),
    graph.toLayout(x!, true),
  );
};

/** Windows that overlap lie side by side; those that are shorter than others have their last place several times. */
export const exportAdaptiveMaxPooling: Exporter = (graph, { inputs: [x], config: { output_size } }: ExportedCall) => {
  checkClosed(x!, "adaptive pooling");
  const sizes = listOf(output_size);
  const windows = sizes.map((out, axis) => windowsOf(x!.shape[axis]!, out));
  const given = graph.toLayout(x!, true);
  const apart = windows.reduce((value, { places }, axis) => gathered(graph, value, axis, places), given);
  const kernel_shape = windows.map(({ length }) => length);
  return graph.add(
    "MaxPool",
    [apart],
    { kernel_shape, strides: kernel_shape },
    { shape: [...sizes, x!.shape.at(-1)!] },
  );
};

/** Windows from floor(i size / out) to ceil((i + 1) size / out), all of one length. */
function windowsOf(size: number, out: number): { length: number; places: readonly number[] } {
  const bounds = Array.from({ length: out }, (_, i) => [
    Math.floor((i * size) / out),
    Math.ceil(((i + 1) * size) / out),
  ]) as readonly (readonly [number, number])[];
  const length = Math.max(...bounds.map(([begin, end]) => end - begin));
  const places = bounds.flatMap(([begin, end]) => Array.from({ length }, (_, k) => Math.min(begin + k, end - 1)));
  return { length, places };
}

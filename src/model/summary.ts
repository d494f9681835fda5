import { checkBoolean, checkInteger, checkOptions, show } from "../base/check.js";
import type { Network } from "../graph/network.js";
import type { Layer } from "../layers/base/layer.js";
import type { Graph } from "../layers/base/symbolic.js";

/** Options of `summary`. */
export interface SummaryOptions {
  /** Takes the text. Default console.log. */
  print?: ((text: string) => void) | undefined;
  /** Characters a line, at least 16. Default 76: a terminal of 80, less 4. */
  lineLength?: number | undefined;
  /** Whether models inside the model are shown with their layers. Default false. */
  expandNested?: boolean | undefined;
}

/** What training has added, once there has been a step. */
export interface TrainingSize {
  /** Numbers that the optimizer keeps for each parameter. */
  readonly slots: number;
  /** Bytes of the model's memory. */
  readonly bytes: number;
}

/** A column: where it ends, as a share of the line, and what it gives up for borders and blanks. */
interface Column {
  readonly header: string;
  readonly end: number;
  readonly frame: number;
  readonly right?: boolean;
}

/** Of a model in which each layer takes what the one before gives. */
const CHAIN: readonly Column[] = [
  { header: "Layer (type)", end: 0.45, frame: 3 },
  { header: "Output Shape", end: 0.8, frame: 4 },
  { header: "Param #", end: 1, frame: 3, right: true },
];
const GRAPH: readonly Column[] = [
  { header: "Layer (type)", end: 0.3, frame: 3 },
  { header: "Output Shape", end: 0.56, frame: 3 },
  { header: "Param #", end: 0.74, frame: 4, right: true },
  { header: "Connected to", end: 1, frame: 3 },
];
/** In shorter lines the last column would have no room for text. */
const LEAST_LINE_LENGTH = 16;

/**
 * The text of Keras 3's `model.summary()`, without the line break at its end; after training has begun one more line says how much
 * memory the model takes. Handed to `options.print`, and returned.
 * @throws TypeError, RangeError for wrong options
 */
export function summaryText(
  { name }: { readonly name: string },
  network: Network,
  options: SummaryOptions,
  training?: TrainingSize,
): string {
  checkOptions("summary", options, ["print", "lineLength", "expandNested"]);
  const { print = console.log, lineLength = 76, expandNested = false } = options;
  if (typeof print !== "function") throw new TypeError(`summary.print: expected a function, got ${show(print)}`);
  checkInteger("summary.lineLength", lineLength, LEAST_LINE_LENGTH);
  checkBoolean("summary.expandNested", expandNested);

  const { graph } = network;
  const columns = isChain(graph) ? CHAIN : GRAPH;
  const rows = graph.layers.flatMap((layer) => rowsOf(graph, layer, expandNested, ""));
  const text = [`Model: "${name}"`, ...tableLines(columns, rows, lineLength), ...footerLines(network, training)].join(
    "\n",
  );
  print(text);
  return text;
}

/** As Keras sees it: whether each layer is called once, on one tensor, one after the other. */
function isChain({ calls, layers }: Graph): boolean {
  const inputs = calls.filter((call) => call.inputs.length === 0).length;
  const consumed = new Set(calls.flatMap((call) => call.inputs.map((tensor) => tensor.call)));
  const ends = calls.filter((call) => !consumed.has(call)).length;
  const branches = calls.flatMap((call) => call.inputs).length > consumed.size;
  return inputs <= 1 && ends <= 1 && !branches && calls.length - inputs <= layers.length;
}

/** A layer's cells, and if wanted those of the layers inside it. */
function rowsOf(graph: Graph, layer: Layer, expand: boolean, indent: string): string[][] {
  const row = [
    `${indent}${layer.name} (${layer.className})`,
    shapeText(graph, layer),
    thousands(countOf(layer.variables)),
    connections(graph, layer),
  ];
  const inner = expand ? layer.graph : undefined;
  const deeper = `   ${indent.replace("└ ", "")}└ `;
  return [row, ...(inner?.layers.flatMap((each) => rowsOf(inner, each, expand, deeper)) ?? [])];
}

/** The tensors that a layer takes: `add[0][0]`, the name of a layer, which of its calls, and which output of that. */
function connections({ calls }: Graph, layer: Layer): string {
  const callsOf = (wanted: Layer) => calls.filter((call) => call.layer === wanted);
  const tensors = callsOf(layer).flatMap(({ inputs }) => inputs);
  const texts = tensors.map(({ call, index }) => `${call.layer.name}[${callsOf(call.layer).indexOf(call)}][${index}]`);
  return texts.join(", ") || "-";
}

/** Of what a layer gives out. */
function shapeText({ calls }: Graph, layer: Layer): string {
  const outputs = calls.find((call) => call.layer === layer)?.outputs ?? [];
  const texts = outputs.map(({ shape }) => `(${["None", ...shape.map((size) => size ?? "None")].join(", ")})`);
  return texts.length === 1 ? texts[0]! : `[${texts.join(", ")}]`;
}

function footerLines({ weights: { all: weights } }: Network, training: TrainingSize | undefined): string[] {
  const total = countOf(weights);
  const trainable = countOf(weights.filter((weight) => weight.trainable));
  // The step and the learning rate count as parameters of the optimizer; Keras on TensorFlow keeps the step in 64 bits.
  const [optimizer, extraBytes] = training ? [training.slots * trainable + 2, 4] : [0, 0];
  const line = (what: string, count: number, extra = 0) =>
    ` ${what} params: ${thousands(count)} (${readableBytes(4 * count + extra)})`;
  return [
    line("Total", total + optimizer, extraBytes),
    line("Trainable", trainable),
    line("Non-trainable", total - trainable),
    ...(training ? [line("Optimizer", optimizer, extraBytes), ` Memory: ${readableBytes(training.bytes)}`] : []),
  ];
}

function countOf(weights: readonly { readonly size: number }[]): number {
  return weights.reduce((sum, { size }) => sum + size, 0);
}

/** Characters for text in each column. */
function columnWidths(columns: readonly Column[], lineLength: number): number[] {
  const ends = columns.map(({ end }) => Math.floor(end * lineLength));
  return ends.map((end, i) => end - (ends[i - 1] ?? 0) - columns[i]!.frame);
}

/** A table as rich, Keras' printer, draws it. Cells are wrapped. */
function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[], lineLength: number): string[] {
  const widths = columnWidths(columns, lineLength);
  const rule = (left: string, fill: string, cross: string, right: string) =>
    left + widths.map((width) => fill.repeat(width + 2)).join(cross) + right;
  const pad = (text: string, i: number) => (columns[i]!.right ? text.padStart(widths[i]!) : text.padEnd(widths[i]!));
  const row = (cells: readonly string[], bar: string, vertical: "top" | "bottom") => {
    const wrapped = cells.slice(0, widths.length).map((cell, i) => wrap(cell, widths[i]!));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    return Array.from({ length: height }, (_, y) => {
      const texts = wrapped.map((lines) => lines[vertical === "top" ? y : y - height + lines.length] ?? "");
      return `${bar} ${texts.map(pad).join(` ${bar} `)} ${bar}`;
    });
  };
  return [
    rule("┏", "━", "┳", "┓"),
    ...row(
      columns.map(({ header }) => header),
      "┃",
      "bottom",
    ),
    rule("┡", "━", "╇", "┩"),
    ...rows.flatMap((cells, i) => [...(i > 0 ? [rule("├", "─", "┼", "┤")] : []), ...row(cells, "│", "top")]),
    rule("└", "─", "┴", "┘"),
  ];
}

/** Lines of at most `width` characters, broken at blanks; words that are too long are cut. */
function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const [word] of text.matchAll(/\s*\S+\s*/g)) {
    const line = lines.at(-1)!;
    if (line !== "" && line.length + word.trimEnd().length > width) lines.push(word);
    else lines[lines.length - 1] = line + word;
  }
  return lines
    .map((line) => line.trimEnd())
    .map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line));
}

function thousands(count: number): string {
  return count.toLocaleString("en-US");
}

// Python rounds exact halves, such as 1.125 KB, to the even neighbour.
const twoDecimals = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  roundingMode: "halfEven",
  useGrouping: false,
});

/** `364.54 KB`; a kilobyte is 1024 bytes. */
function readableBytes(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  while (value >= 1024 && units.length > 1) {
    value /= 1024;
    units.shift();
  }
  return `${twoDecimals.format(value)} ${units[0]}`;
}

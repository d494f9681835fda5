import { checkInteger, checkOptions, show } from "../engine/check.js";
import type { Network } from "../graph/network.js";
import type { Layer } from "../layers/layer.js";

export interface SummaryOptions {
  /** Takes the text. Default console.log. */
  print?: ((text: string) => void) | undefined;
  /** Characters a line, at least 16. Default 76: a terminal of 80, less 4. */
  lineLength?: number | undefined;
}

/** What training has added, once there has been a step. */
export interface TrainingSize {
  /** Numbers that the optimizer keeps for each parameter. */
  readonly slots: number;
  /** Bytes of the model's memory. */
  readonly bytes: number;
}

const HEADER = ["Layer (type)", "Output Shape", "Param #"];
/** Where the columns end, as shares of the line. */
const COLUMN_ENDS = [0.45, 0.8, 1];
/** Characters that each column gives up for borders and blanks. */
const COLUMN_FRAMES = [3, 4, 3];
/** In shorter lines the last column would have no room for text. */
const LEAST_LINE_LENGTH = 16;

/**
 * The text of Keras 3's `model.summary()` for a model of this name, without the line break at its end; after training has
 * begun one more line says how much memory the model takes. Handed to `options.print`, and returned.
 * @throws TypeError, RangeError for wrong options
 */
export function summaryText(
  { name }: { readonly name: string },
  network: Network,
  options: SummaryOptions,
  training?: TrainingSize,
): string {
  checkOptions("summary", options, ["print", "lineLength"]);
  const { print = console.log, lineLength = 76 } = options;
  if (typeof print !== "function") throw new TypeError(`summary.print: expected a function, got ${show(print)}`);
  checkInteger("summary.lineLength", lineLength, LEAST_LINE_LENGTH);

  const rows = network.graph.layers.map((layer) => [
    `${layer.name} (${layer.className})`,
    shapeText(network, layer),
    thousands(countOf(layer.variables)),
  ]);
  const text = [
    `Model: "${name}"`,
    ...tableLines(HEADER, rows, columnWidths(lineLength)),
    ...footerLines(network, training),
  ].join("\n");
  print(text);
  return text;
}

/** Of what a layer gives out. */
function shapeText({ graph }: Network, layer: Layer): string {
  const { outputs } = graph.calls.find((call) => call.layer === layer)!;
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
function columnWidths(lineLength: number): number[] {
  const ends = COLUMN_ENDS.map((end) => Math.floor(end * lineLength));
  return ends.map((end, i) => end - (ends[i - 1] ?? 0) - COLUMN_FRAMES[i]!);
}

/**
 * A table as rich, Keras' printer, draws it. Cells are wrapped, the last column is aligned right.
 * @param widths characters for text in each column, without the blanks around it
 */
function tableLines(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  widths: readonly number[],
): string[] {
  const rule = (left: string, fill: string, cross: string, right: string) =>
    left + widths.map((width) => fill.repeat(width + 2)).join(cross) + right;
  const pad = (text: string, i: number) =>
    i === widths.length - 1 ? text.padStart(widths[i]!) : text.padEnd(widths[i]!);
  const row = (cells: readonly string[], bar: string, vertical: "top" | "bottom") => {
    const columns = cells.map((cell, i) => wrap(cell, widths[i]!));
    const height = Math.max(...columns.map((lines) => lines.length));
    return Array.from({ length: height }, (_, y) => {
      const texts = columns.map((lines) => lines[vertical === "top" ? y : y - height + lines.length] ?? "");
      return `${bar} ${texts.map(pad).join(` ${bar} `)} ${bar}`;
    });
  };
  return [
    rule("┏", "━", "┳", "┓"),
    ...row(header, "┃", "bottom"),
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

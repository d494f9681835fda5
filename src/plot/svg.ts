import dagre from "@dagrejs/dagre";
import type { Box, Frame, Picture } from "./boxes.js";

export type Rankdir = "TB" | "LR" | "BT" | "RL";

const FONT_SIZE = 12;
/** Of a letter: those of monospaced fonts are about 0.6 of the size wide. */
const LETTER = 0.62 * FONT_SIZE;
const LINE_HEIGHT = 18;
const PADDING = 10;
const ARROW = 7;
/** Of the title of a frame, above the boxes in it. */
const FRAME_TITLE = 16;

/** Room for the title of a frame at the edge. */
const MARGINS = { marginx: 8, marginy: 8 + FRAME_TITLE };

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a box or frame lies: its middle and its size. */
interface Placed extends Point {
  readonly width: number;
  readonly height: number;
}

/** The picture as SVG. It takes the colour of the text around it, and has no ids, scripts or styles of its own. */
export function drawSvg(name: string, picture: Picture, rankdir: Rankdir): string {
  const graph = layOut(picture, rankdir);
  const { width = 0, height = 0 } = graph.graph();
  const at = (id: string) => graph.node(id) as unknown as Placed;
  const lines = picture.lines.map(({ from, to }, i) => {
    const { points } = graph.edge(from.id, to.id, String(i)) as unknown as { points: readonly Point[] };
    return lineOf(from, to, points);
  });
  const parts = [
    ...picture.frames.map((frame) => frameOf(frame, at(frame.id))),
    ...lines,
    ...picture.boxes.map((box) => boxOf(box, at(box.id))),
  ];
  const size = `width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}"`;
  const font = `font-family="ui-monospace, Menlo, Consolas, monospace" font-size="${FONT_SIZE}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${font} fill="currentColor" stroke="none" role="img">`,
    `<title>${escapeXml(name)}</title>`,
    ...parts,
    "</svg>",
  ].join("\n");
}

function layOut({ boxes, frames, lines }: Picture, rankdir: Rankdir) {
  const graph = new dagre.graphlib.Graph({ directed: true, multigraph: true, compound: true });
  graph.setGraph({ rankdir, nodesep: 24, edgesep: 16, ranksep: 32, ...MARGINS });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of frames) graph.setNode(id, {});
  for (const { id, title, lines: texts } of boxes) {
    const letters = Math.max(title.length, ...texts.map((text) => text.length));
    const width = letters * LETTER + 2 * PADDING;
    graph.setNode(id, { width, height: (1 + texts.length) * LINE_HEIGHT + 2 * PADDING });
  }
  for (const { id, frame } of [...frames, ...boxes]) if (frame !== undefined) graph.setParent(id, frame);
  for (const [i, { from, to }] of lines.entries()) graph.setEdge(from.id, to.id, {}, String(i));
  dagre.layout(graph);
  return graph;
}

function boxOf({ name, title, lines }: Box, place: Placed): string {
  const left = place.x - place.width / 2;
  const top = place.y - place.height / 2;
  const baseline = (i: number) => round(top + PADDING + LINE_HEIGHT * i + FONT_SIZE + 1);
  const text = (line: string, i: number) =>
    `<text x="${round(place.x)}" y="${baseline(i)}" text-anchor="middle"${i === 0 ? ' font-weight="bold"' : ""}>${escapeXml(line)}</text>`;
  const rect = `x="${round(left)}" y="${round(top)}" width="${round(place.width)}" height="${round(place.height)}" rx="6"`;
  return [
    `<g class="layer" data-layer="${escapeXml(name)}">`,
    `<rect ${rect} fill-opacity="0.08" stroke="currentColor"/>`,
    ...[title, ...lines].map(text),
    "</g>",
  ].join("");
}

function frameOf({ name, title }: Frame, place: Placed): string {
  const [left, top] = [place.x - place.width / 2, place.y - place.height / 2 - FRAME_TITLE];
  const height = place.height + FRAME_TITLE;
  const rect = `x="${round(left)}" y="${round(top)}" width="${round(place.width)}" height="${round(height)}" rx="8"`;
  return [
    `<g class="model" data-layer="${escapeXml(name)}">`,
    `<rect ${rect} fill="none" stroke="currentColor" stroke-opacity="0.6" stroke-dasharray="4 3"/>`,
    `<text x="${round(left + PADDING)}" y="${round(top + FONT_SIZE + 4)}" fill-opacity="0.8">${escapeXml(title)}</text>`,
    "</g>",
  ].join("");
}

/** A line that ends in an arrow. */
function lineOf(from: Box, to: Box, points: readonly Point[]): string {
  const end = points.at(-1)!;
  const before = points.at(-2)!;
  const length = Math.sqrt((end.x - before.x) ** 2 + (end.y - before.y) ** 2) || 1;
  const [x, y] = [(end.x - before.x) / length, (end.y - before.y) / length];
  const back = { x: end.x - x * ARROW, y: end.y - y * ARROW };
  const corner = (side: number) => pair({ x: back.x - side * y * ARROW * 0.5, y: back.y + side * x * ARROW * 0.5 });
  const path = [...points.slice(0, -1), back].map(pair).join(" L");
  const which = `class="line" data-from="${escapeXml(from.name)}" data-to="${escapeXml(to.name)}"`;
  return [
    `<g ${which}><path d="M${path}" fill="none" stroke="currentColor"/>`,
    `<path d="M${pair(end)} L${corner(1)} L${corner(-1)} Z"/></g>`,
  ].join("");
}

const round = (value: number) => Math.round(100 * value) / 100;
const pair = ({ x, y }: Point) => `${round(x)} ${round(y)}`;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (each) => ESCAPES[each]!).replace(/\p{Cc}|[\ufffe\uffff]/gu, " ");
}

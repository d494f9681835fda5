// Writes docs/layers.md: what there is, with its options and defaults. `npm run docs:tables`

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { vocabulary } from "./vocabulary.mjs";

const code = (text) => `\`${text}\``;

const HEAD = [
  "# What there is",
  "",
  `Made from the declarations by ${code("npm run docs:tables")}. Do not edit.`,
  "",
  `Options without a default must be given. Every layer also takes ${code("name")}, ${code("trainable")} (default true) and`,
  `${code("inputShape")}, the shape of one sample. Shapes leave the batch axis out. Where these things are used:`,
  "[README](../README.md), [training](training.md), [files](files.md).",
];

/** How one is written. */
const USES = {
  layers: ({ factory }) => `layers.${factory}`,
  activations: ({ name }) => `activations.${name}`,
  callbacks: ({ name }) => `new ${name}`,
};

function use(family, thing) {
  return USES[family]?.(thing) ?? `new ${family}.${thing.name}`;
}

/** Nothing in it ends a cell. */
const cell = (text) => text.replaceAll("|", "\\|");

/** A comment without the sentence that says the default alone, which has a column. */
function withoutDefault(comment) {
  return comment.replace(/\s*\bDefault:? (\[[^\]]*\]|[^:;,])*?\.(?=\s|$)/, "").trim();
}

function rows({ options }) {
  if (options.length === 0) return [];
  return [
    ...["", "| option | default | |", "|---|---|---|"],
    ...options.map(({ name, default: value, comment }) => {
      const known = value === undefined ? "" : cell(value);
      return `| ${code(name)} | ${known} | ${cell(withoutDefault(comment))} |`;
    }),
  ];
}

/** The whole page. */
export function tables() {
  const families = vocabulary();
  const contents = families.map(({ title }) => `[${title}](#${title.toLowerCase().replaceAll(" ", "-")})`);
  const parts = families.flatMap(({ family, title, note, things }) => [
    ...["", `## ${title}`, ...(note ? ["", note] : [])],
    ...things.flatMap((thing) => ["", `### ${code(use(family, thing))}`, "", thing.comment, ...rows(thing)]),
  ]);
  return `${[...HEAD, "", contents.join(" · "), ...parts].join("\n")}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(fileURLToPath(new URL("../../docs/layers.md", import.meta.url)), tables());
}

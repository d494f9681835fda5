import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vocabulary } from "../../src/docs/vocabulary.mjs";
import { LanguageServer } from "./languageServer.js";

// What editors show of options of the published declarations, which src/docs/declarations.mjs writes.

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
const path = join(root, "test/types/hovered.mts");
/** Activations are made by functions, and callbacks have interfaces of their own. */
const FAMILIES = vocabulary().filter(({ family }) => family !== "activations" && family !== "callbacks");
const things = FAMILIES.flatMap(({ family, things }) =>
  things.map((thing) => ({
    ...{ family, name: thing.name, options: thing.options },
    made: thing.factory ? `${family}.${thing.factory}` : `new ${family}.${thing.name}`,
  })),
).filter(({ options }) => options.length > 0);

const head = `import { ${FAMILIES.map(({ family }) => family).join(", ")} } from "wasm-cnn";`;
const lines = things.map(
  ({ made, options }) => `${made}({ ${options.map(({ name }) => `${name}: 1 as never`).join(", ")} });`,
);
const oneLine = (text: string) => text.replace(/\s+/g, " ").replaceAll("\\", "");

let server: LanguageServer;
beforeAll(async () => {
  server = await LanguageServer.start(root);
  server.open(path, [head, ...lines].join("\n"));
}, 120_000);
afterAll(() => server.stop());

describe("an editor shows what options are", () => {
  it.each(things.map((thing, i) => ({ ...thing, i })))(
    "of $made",
    async ({ options, i }) => {
      for (const { name, comment } of options) {
        const shown = await server.hover(path, i + 1, lines[i]!.indexOf(` ${name}: `) + 1);
        expect(oneLine(shown), name).toContain(`${name}`);
        expect(oneLine(shown), name).toContain(oneLine(comment));
      }
    },
    60_000,
  );
});

import { readdirSync, readFileSync } from "node:fs";

/** A piece of code of a document. */
export interface Block {
  /** `docs/training.md:11`: where it stands. */
  readonly where: string;
  readonly language: "ts" | "js";
  /** With what the document says out of sight, so that a piece of a program is a program. */
  readonly code: string;
  /** Whether it can be run as it stands. */
  readonly runs: boolean;
}

/** The first line of a block that is not run says what it needs: `// Needs a page.` */
const NEEDS = /^\/\/ Needs /;

/** All documents whose code is checked. */
export function documents(): readonly string[] {
  const docs = readdirSync("docs").filter((name) => name.endsWith(".md"));
  return ["README.md", ...docs.sort().map((name) => `docs/${name}`)];
}

/**
 * The blocks of TypeScript and JavaScript in a document. A comment `<!-- code ... -->` before a block holds code that readers know
 * already; it counts for all blocks up to the next such comment.
 */
export function blocksOf(path: string, text = readFileSync(path, "utf8")): readonly Block[] {
  const blocks: Block[] = [];
  let known = "";
  const pattern = /<!-- code\n([\s\S]*?)-->|^```(ts|js)\n([\s\S]*?)^```$/gm;
  for (const match of text.matchAll(pattern)) {
    const [, hidden, language, code] = match;
    if (hidden !== undefined) known = hidden;
    else {
      const line = text.slice(0, match.index).split("\n").length;
      blocks.push({
        where: `${path}:${line}`,
        language: language as Block["language"],
        code: `${known}\n${code}\nexport {};\n`,
        runs: !NEEDS.test(code!),
      });
    }
  }
  return blocks;
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL("../../dist/demo", import.meta.url));
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

describe("the files of the demo page", () => {
  it("are under 350 KB compressed, all together, with all that comes on demand", () => {
    const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
    expect(bytes).toBeGreaterThan(30_000);
    expect(bytes).toBeLessThan(350_000);
  });

  it("name one another relatively, and nothing elsewhere", () => {
    const html = readFileSync(join(folder, "index.html"), "utf8");
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    expect(addresses.length).toBeGreaterThan(3);
    expect(addresses.filter((address) => !address!.startsWith("./"))).toEqual([]);
    for (const file of files.filter((name) => name.endsWith(".css"))) {
      expect(readFileSync(file, "utf8")).not.toMatch(/url\(|@import/);
    }
  });
});

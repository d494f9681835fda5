import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { loadModel } from "wasm-cnn";
import { saveTfjs } from "../../src/files/saveTfjs.js";
import * as layers from "../../src/layers/index.js";
import { knowLayers } from "../../src/layers/registry.js";
import { smallModel } from "../model/small.js";

// The model is of the built library: what is tried here, with another platform, has not made its layers.
knowLayers(layers);

/** What another process does just before a file gets another name. */
let meanwhile: (() => Promise<void>) | undefined;
vi.mock("#platform", async (original) => {
  const platform = await original<typeof import("../../src/platform/node.js")>();
  const renameFile: typeof platform.renameFile = async (...names) => {
    await meanwhile?.();
    meanwhile = undefined;
    await platform.renameFile(...names);
  };
  return { ...platform, renameFile };
});

it("shards that another writer has named again are not cleared away", async () => {
  const folder = await mkdtemp(join(tmpdir(), "wasm-cnn-shards-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const target = join(folder, "cats.json");
  const first = smallModel({ seed: 1 });
  await saveTfjs("save", target, await first.snapshot());
  const json = await readFile(target);
  // Of a writer whose shards lie there already, as it saves what was there before.
  meanwhile = () => writeFile(target, json);
  await saveTfjs("save", target, await smallModel({ seed: 2 }).snapshot());
  expect(meanwhile).toBeUndefined();
  expect(await (await loadModel(target)).fingerprint()).toBe(await first.fingerprint());
  await saveTfjs("save", target, await first.snapshot());
  expect((await readdir(folder)).length).toBe(2);
});

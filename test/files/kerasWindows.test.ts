import { expect, it } from "vitest";
import { modelFromBytes } from "wasm-cnn";
import { writeHdf5 } from "../../dist/files/hdf5/writeHdf5.js";
import { jsonBytes } from "../../dist/files/jsonValue.js";
import { kerasConfig } from "../../dist/files/kerasConfig.js";
import { weightsTree } from "../../dist/files/weightsTree.js";
import { zip } from "../../dist/files/writeZip.js";
import { smallData, smallModel } from "../model/small.js";

/** The layers of the small model. `conv2d_2` where those with weights count twice, as Keras 2.13 walks over them. */
const PLAIN = ["rescaling", "conv2d", "max_pooling2d", "flatten", "dense", "dense_1"];
const TWICE = ["rescaling", "conv2d", "max_pooling2d", "flatten", "dense", "dense_2"];

// As Keras 2.13 to 2.15 joins names, on Windows and elsewhere.
it.each([
  ["layers\\", PLAIN],
  ["_layer_checkpoint_dependencies\\", TWICE],
  ["_layer_checkpoint_dependencies/", TWICE],
])("a .keras whose groups are called %s... is read, with its optimizer", async (prefix, names) => {
  const { x, y } = smallData(20);
  const model = smallModel();
  await model.fit(x, y);
  const snapshot = await model.snapshot();
  const { children } = weightsTree(snapshot);
  type Tree = typeof children;
  const layers = [...(children.get("layers") as { children: Tree }).children.values()];
  const renamed = names.map((name, l) => [name, layers[l]!] as const);
  const folder = prefix.endsWith("/");
  const root = new Map([...children].filter(([name]) => name !== "layers"));
  if (folder) root.set(prefix.slice(0, -1), { children: new Map(renamed) });
  else for (const [name, group] of renamed) root.set(prefix + name, group);
  const bytes = zip({
    "config.json": jsonBytes(kerasConfig(snapshot)),
    "model.weights.h5": writeHdf5({ children: root }),
  });
  const again = await modelFromBytes(bytes, undefined, { compile: true });
  expect(await again.fingerprint()).toBe(await model.fingerprint());
  expect((await again.snapshot()).compiled).toEqual(snapshot.compiled);
});

it("a .keras without a layer's group is refused", async () => {
  const snapshot = await smallModel().snapshot();
  const { children } = weightsTree(snapshot);
  const [, conv] = [...(children.get("layers") as { children: typeof children }).children.values()];
  const bytes = zip({
    "config.json": jsonBytes(kerasConfig(snapshot)),
    "model.weights.h5": writeHdf5({ children: new Map([["layers\\conv2d", conv!]]) }),
  });
  await expect(modelFromBytes(bytes)).rejects.toThrow(/expected 2 weights in layers\/dense\/vars .*, got 0$/);
});

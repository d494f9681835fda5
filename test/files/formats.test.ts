import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { layers, loadModel, modelFromBytes, Sequential } from "wasm-cnn";
import { writeOnnx } from "wasm-cnn/files/onnx";
import { readSafetensors, writeSafetensors } from "wasm-cnn/files/safetensors";
import { smallData, smallModel } from "../model/small.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wasm-cnn-formats-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("a TensorFlow.js model", () => {
  it("is saved as the files that model.json names, and goes on training", async () => {
    const { x, y } = smallData(20);
    const model = smallModel();
    await model.fit(x, y);
    const place = join(folder, "model.json");
    await model.save(place);
    const shard = expect.stringMatching(/^model\.json\.[0-9a-f]{16}\.shard1of1\.bin$/);
    expect((await readdir(folder)).sort()).toEqual(["model.json", shard]);
    const models = [
      await loadModel(place),
      await loadModel(pathToFileURL(place)),
      await loadModel(place, { format: "tfjs" }),
    ];
    await model.fit(x, y);
    for (const again of models) {
      await again.fit(x, y);
      expect(await again.fingerprint()).toBe(await model.fingerprint());
    }
    expect((await loadModel(place, { compile: false })).optimizer).toBeUndefined();
  });

  it("gives its weights to another model", async () => {
    const model = smallModel({ seed: 1 });
    await model.save(new URL("model.json", pathToFileURL(`${folder}/`)));
    const other = smallModel({ seed: 2 });
    await other.loadWeights(join(folder, "model.json"));
    expect(await other.fingerprint()).toBe(await model.fingerprint());
  });

  it("is fetched from a server, shards too", async () => {
    const model = smallModel();
    await model.save(join(folder, "model.json"));
    // As of a store that lets in who has a token, and of a path that asks for it in a query.
    const asked: string[] = [];
    const server = createServer(async (request, response) => {
      const { pathname, searchParams } = new URL(request.url!, "http://localhost");
      asked.push(pathname);
      if (searchParams.get("token") !== "a/b") response.writeHead(403).end();
      else response.end(await readFile(join(folder, pathname.slice("/a/".length))));
    }).listen(0);
    try {
      const { port } = server.address() as { port: number };
      const again = await loadModel(await fetch(`http://localhost:${port}/a/model.json?token=a/b`));
      expect(await again.fingerprint()).toBe(await model.fingerprint());
      expect(asked.length).toBe(2);
    } finally {
      server.close();
    }
  });

  it("is not one file", async () => {
    const model = smallModel();
    await model.save(join(folder, "model.json"));
    await expect(model.toBytes("tfjs")).rejects.toThrow('toBytes.format: expected a format of one file, got "tfjs"');
    await expect(model.save("indexeddb://a", { format: "tfjs" })).rejects.toThrow(
      /format of one file for indexeddb:\/\/a/,
    );
    await expect(modelFromBytes(await readFile(join(folder, "model.json")))).rejects.toThrow(/a path or a URL/);
    for (const name of await readdir(folder)) if (name.endsWith(".bin")) await rm(join(folder, name));
    await expect(loadModel(join(folder, "model.json"))).rejects.toThrow(/loadModel: expected a file that can be read/);
  });
});

describe("the name of a target", () => {
  it("says what is written; one that does not is refused, and nothing is written", async () => {
    const model = smallModel();
    const endings = ".keras, .h5, .weights.h5, model.json, .safetensors, .onnx";
    for (const name of ["digits", "digits.txt", "digits.json"]) {
      const target = join(folder, name);
      await expect(model.save(target)).rejects.toThrow(
        new RangeError(
          `save: expected a name that ends in one of ${endings}, or a format, got ${JSON.stringify(target)}`,
        ),
      );
      await expect(model.save(pathToFileURL(target))).rejects.toThrow(/save: expected a name that ends in one of/);
    }
    const whole = join(folder, "whole.keras");
    await expect(model.saveWeights(whole)).rejects.toThrow(
      /saveWeights: expected a name that ends in one of \.weights\.h5, \.safetensors, or a format, got/,
    );
    const written = ["digits", "digits.txt", "digits.json", "whole.keras"];
    expect((await readdir(folder)).filter((name) => written.includes(name))).toEqual([]);
    await model.save(join(folder, "digits"), { format: "keras" });
    expect(await (await loadModel(join(folder, "digits"))).fingerprint()).toBe(await model.fingerprint());
  });
});

describe("safetensors", () => {
  it("hold the weights of a model, and give them to another one", async () => {
    const model = smallModel({ seed: 1 });
    const path = join(folder, "weights.safetensors");
    await model.saveWeights(path);
    expect(readSafetensors(await readFile(path))).toEqual(model.getWeights());
    // Its layers have other numbers, as they were made later.
    const other = smallModel({ seed: 2 });
    await other.loadWeights(path);
    expect(await other.fingerprint()).toBe(await model.fingerprint());
    await expect(loadModel(path)).rejects.toThrow(/expected a whole model, got weights alone/);
    const another = new Sequential([layers.flatten({ inputShape: [2, 2] })]);
    await model.save(join(folder, "whole.keras"));
    await expect(another.loadWeights(join(folder, "whole.keras"))).rejects.toThrow(
      /^loadWeights: expected the layers Flatten, got Rescaling, Conv2D/,
    );
    await rm(join(folder, "whole.keras"));
  });

  it("are found by name, in any order", async () => {
    const named = () =>
      new Sequential([
        layers.dense({ units: 3, name: "b", inputShape: [3] }),
        layers.dense({ units: 3, name: "a_10" }),
        layers.dense({ units: 3, name: "a_9" }),
      ]);
    const model = named();
    const path = join(folder, "order.safetensors");
    await writeFile(path, writeSafetensors(model.getWeights().sort((a, b) => (a.name < b.name ? -1 : 1))));
    const other = named();
    await other.loadWeights(path);
    expect(await other.fingerprint()).toBe(await model.fingerprint());
  });

  it("of another model are refused, and nothing changes", async () => {
    const model = smallModel();
    const before = await model.fingerprint();
    const path = join(folder, "other.safetensors");
    const weights = model.getWeights();
    const cases: [typeof weights, RegExp][] = [
      [weights.slice(1), /expected 6 weights, got 5$/],
      [[{ ...weights[0]!, name: "kernel" }, ...weights.slice(1)], /expected "conv2d.*\/kernel", got none$/],
      [[{ ...weights[0]!, shape: [36] }, ...weights.slice(1)], /expected \[3, 3, 1, 4\] for .*, got \[36\]$/],
    ];
    for (const [given, message] of cases) {
      await writeFile(path, writeSafetensors(given));
      await expect(model.loadWeights(path)).rejects.toThrow(message);
    }
    expect(await model.fingerprint()).toBe(before);
  });
});

describe("ONNX", () => {
  it("is written, and not read", async () => {
    const model = smallModel();
    const path = join(folder, "model.onnx");
    await model.save(path);
    const bytes = new Uint8Array(await readFile(path));
    expect(bytes).toEqual(writeOnnx(await model.snapshot()));
    expect(await model.toBytes("onnx")).toEqual(bytes);
    await expect(loadModel(path, { format: "onnx" })).rejects.toThrow('got "onnx", which is only written');
    await expect(loadModel(path)).rejects.toThrow('got "onnx", which is only written');
    await expect(modelFromBytes(new Uint8Array(20))).rejects.toThrow(/expected a model in one of the formats/);
  });
});

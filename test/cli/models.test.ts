import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode as encodePng } from "fast-png";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import jpeg from "jpeg-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { layers, loadMnist, loadModel, Sequential } from "wasm-cnn";
import { writeOnnx } from "wasm-cnn/files/onnx";
import { readSafetensors } from "wasm-cnn/files/safetensors";
import { random } from "../reference/random.js";
import { writeMnistSample } from "./mnistSample.js";
import { drawn, type Photo, photographed } from "./photos.js";
import { finished, runCli, startCli } from "./runCli.js";

const COUNT = 20;
let folder: string;
let model: string;
let digits: Uint8Array[];
const path = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wasm-cnn-models-"));
  model = path("digits.keras");
  const { code, stderr } = await runCli([
    "train-mnist",
    "--limit",
    "12000",
    "--epochs",
    "1",
    "--quiet",
    "--save",
    model,
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { testImages } = await loadMnist();
  digits = Array.from({ length: COUNT }, (_, i) => testImages.data.slice(784 * i, 784 * (i + 1)));
  await writeMnistSample(path("mnist"));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const png = (image: Photo) => encodePng({ ...image, channels: 1, depth: 8 });
const jpg = ({ data, width, height }: Photo) =>
  jpeg.encode(
    {
      data: Uint8Array.from({ length: 4 * data.length }, (_, i) => (i % 4 === 3 ? 255 : data[i >> 2]!)),
      width,
      height,
    },
    80,
  ).data;

async function classes(images: readonly Uint8Array[], ending: string, ...options: string[]): Promise<number[]> {
  const files = images.map((bytes, i) => {
    writeFileSync(path(`${i}.${ending}`), bytes);
    return path(`${i}.${ending}`);
  });
  const { stdout, stderr } = await runCli(["predict", model, ...files, "--json", ...options]);
  expect(stderr).toBe("");
  return (JSON.parse(stdout) as { top: { class: number }[] }[]).map(({ top }) => top[0]!.class);
}

const equal = (a: readonly number[], b: readonly number[]) => a.filter((value, i) => value === b[i]).length;

describe("wasm-cnn predict", { timeout: 120_000 }, () => {
  it("reads MNIST's own images as the model does", async () => {
    const loaded = await loadModel(model);
    const data = Uint8Array.from(digits.flatMap((digit) => [...digit]));
    const { data: scores } = await loaded.predict({ data, shape: [COUNT, 28, 28, 1] });
    const expected = digits.map((_, i) => {
      const row = [...scores.slice(10 * i, 10 * i + 10)];
      return row.indexOf(Math.max(...row));
    });
    expect(
      await classes(
        digits.map((digit) => png({ data: digit, width: 28, height: 28 })),
        "png",
      ),
    ).toEqual(expected);
  });

  it("reads the same digits drawn dark on white, and light on black, and photographed", async () => {
    const known = await classes(
      digits.map((digit) => png({ data: digit, width: 28, height: 28 })),
      "png",
    );
    const images = digits.map(drawn);
    expect(equal(await classes(images.map(png), "png"), known)).toBeGreaterThanOrEqual(19);
    const light = images.map(({ data, ...size }) => ({ data: data.map((value) => 255 - value), ...size }));
    expect(equal(await classes(light.map(png), "png"), known)).toBeGreaterThanOrEqual(19);
    const photos = digits.map(photographed);
    expect(equal(await classes(photos.map(jpg), "jpg"), known)).toBeGreaterThanOrEqual(18);
  });

  it("prints bars, and reads stdin", async () => {
    const file = path("one.png");
    await writeFile(file, png(drawn(digits[0]!)));
    const { code, stdout } = await runCli(["predict", model, file, "--top", "2"]);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n")).toEqual([
      `${file}: 7`,
      expect.stringMatching(/^ {2}7 {2}█+░* +\d+\.\d\d %$/),
      expect.stringMatching(/^ {2}\d {2}░+ +\d+\.\d\d %$/),
    ]);
    const child = startCli(["predict", model, "-", "--json"], { stdin: await readFile(file) });
    expect(JSON.parse((await finished(child)).stdout)[0]).toMatchObject({ image: "-", top: [{ class: 7 }, {}, {}] });
  });

  it("takes colours, sizes and value ranges as the model wants them", async () => {
    const colour = new Sequential([
      layers.conv2d({ filters: 1, kernelSize: 1, inputShape: [2, 3, 3] }),
      layers.flatten(),
      layers.dense({ units: 2, kernelInitializer: "zeros" }),
    ]);
    // Red says class 0, blue class 1; without Rescaling values come from 0 to 1.
    const kernel = Float32Array.of(1, 0, -1);
    const dense = Float32Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 1 / 6 : -1 / 6));
    colour.setWeights([kernel, new Float32Array(1), dense, new Float32Array(2)]);
    await colour.save(path("colour.keras"));
    const red = encodePng({
      data: Uint8Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? 255 : 0)),
      width: 10,
      height: 10,
      channels: 3,
    });
    await writeFile(path("red.png"), red);
    const scores = async (...options: string[]) => {
      const { stdout } = await runCli(["predict", path("colour.keras"), path("red.png"), "--json", ...options]);
      return (JSON.parse(stdout) as { top: unknown[] }[])[0]!.top;
    };
    expect(await scores()).toEqual([
      { class: 0, score: expect.closeTo(1, 5) },
      { class: 1, score: expect.closeTo(-1, 5) },
    ]);
    expect(await scores("--invert")).toEqual([
      { class: 1, score: expect.closeTo(1, 5) },
      { class: 0, score: expect.closeTo(-1, 5) },
    ]);
  });

  it("answers the good ones, names the bad ones, and fails then", async () => {
    await writeFile(path("good.png"), png(drawn(digits[0]!)));
    await writeFile(path("bad.png"), "no image");
    const files = ["good.png", "bad.png", "none.png", "good.png"].map(path);
    const { code, stdout, stderr } = await runCli(["predict", model, ...files, "--top", "1"]);
    expect(code).toBe(1);
    expect(stderr.trimEnd().split("\n")).toEqual([
      `wasm-cnn: ${path("bad.png")}: expected a PNG or JPEG image, got another kind of file`,
      expect.stringContaining(`wasm-cnn: ${path("none.png")}: expected an image that can be read`),
    ]);
    const answer = `${path("good.png")}: 7\n  7  `;
    expect(stdout.split("\n\n").map((part) => part.slice(0, answer.length))).toEqual([answer, answer]);
    const json = await runCli(["predict", model, ...files, "--json"]);
    expect(json.code).toBe(1);
    expect((JSON.parse(json.stdout) as { image: string }[]).map(({ image }) => image)).toEqual([files[0], files[3]]);
  });

  it("says that a blank image is blank", async () => {
    const white = { data: new Uint8Array(300 * 240).fill(255), width: 300, height: 240 };
    // Paper under a light that falls off to one side, and the noise of a camera.
    const noise = random(5).tensor([300 * 240]).data;
    const paper = Uint8Array.from(noise, (value, i) => 150 + (60 * (i % 300)) / 300 + 9 * value);
    const own = { data: new Uint8Array(28 * 28), width: 28, height: 28 };
    const images = [png(white), jpg(white), jpg({ ...white, data: paper }), png(own), png(drawn(digits[0]!))];
    const files = images.map((bytes, i) => {
      writeFileSync(path(`blank${i}.png`), bytes);
      return path(`blank${i}.png`);
    });
    const { code, stdout } = await runCli(["predict", model, ...files, "--json"]);
    const answers = JSON.parse(stdout) as { blank?: boolean }[];
    expect(answers.map(({ blank }) => blank)).toEqual([true, true, true, true, undefined]);
    expect(code).toBe(0);
    const text = await runCli(["predict", model, files[0]!]);
    expect(text.stdout).toContain(`${files[0]}: blank; what the model says to nothing: `);
  });

  it("refuses a model that does not give one number for each class", async () => {
    const segmentation = new Sequential([layers.conv2d({ filters: 2, kernelSize: 1, inputShape: [8, 8, 1] })]);
    await segmentation.save(path("segmentation.keras"));
    await writeFile(path("digit.png"), png(drawn(digits[0]!)));
    const { code, stderr } = await runCli(["predict", path("segmentation.keras"), path("digit.png")]);
    expect(stderr).toContain(
      "segmentation.keras: expected a model that gives one number for each class, got one that gives (8, 8, 2)",
    );
    expect(code).toBe(1);
  });

  it("says what is wrong with a file", async () => {
    await writeFile(path("text.png"), "no image");
    await mkdir(path("folder.png"), { recursive: true });
    await writeFile(path("cut.png"), png(drawn(digits[0]!)).subarray(0, 200));
    await writeFile(path("cut.jpg"), jpg(drawn(digits[0]!)).subarray(0, 300));
    const cases: [string[], string][] = [
      [[model, path("folder.png")], "folder.png: expected an image that can be read, got a folder: "],
      [[model, path("none.png")], "none.png: expected an image that can be read, got no such file or folder: "],
      [[model, path("text.png")], "text.png: expected a PNG or JPEG image, got another kind of file"],
      [[model, path("cut.png")], "cut.png: expected an undamaged image"],
      [[model, path("cut.jpg")], "cut.jpg: expected an undamaged image"],
      [[path("text.png"), path("cut.png")], "loadModel: expected a model in one of the formats"],
      [
        [path("none.keras"), path("cut.png")],
        "loadModel: expected a file that can be read, got no such file or folder",
      ],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await runCli(["predict", ...args]);
      expect(stderr).toContain(message);
      expect(stderr.trimEnd().split("\n").length).toBe(1);
      expect(code).toBe(1);
    }
  });
});

describe("wasm-cnn evaluate, convert and summary", () => {
  it("take a model in any format", async () => {
    const evaluate = async (file: string) => {
      const { code, stdout } = await runCli(["evaluate", file, "--data", path("mnist"), "--json"]);
      expect(code).toBe(0);
      return JSON.parse(stdout) as { testAccuracy: number; images: number };
    };
    const result = await evaluate(model);
    expect(result.images).toBe(128);
    expect(result.testAccuracy).toBeGreaterThan(0.8);
    expect((await runCli(["convert", model, path("digits.h5")])).code).toBe(0);
    expect(await evaluate(path("digits.h5"))).toEqual(result);
    expect((await runCli(["convert", path("digits.h5"), path("back.keras"), "--no-compile"])).code).toBe(0);
    const [first, last] = [await loadModel(model), await loadModel(path("back.keras"))];
    expect(await last.fingerprint()).toBe(await first.fingerprint());
    expect(last.optimizer).toBeUndefined();
    const { stdout } = await runCli(["summary", path("digits.h5")]);
    expect(stdout).toContain("Total params: 93,322");
    await rm(path("back.keras"));
  });

  it("write models for TensorFlow.js and onnxruntime, and weights alone", async () => {
    for (const file of ["model.json", "digits.onnx", "digits.safetensors"]) {
      expect(await runCli(["convert", model, path(file)])).toMatchObject({ code: 0, stderr: "" });
    }
    const [first, again] = [await loadModel(model), await loadModel(path("model.json"))];
    expect(await again.fingerprint()).toBe(await first.fingerprint());
    expect(await readFile(path("digits.onnx"))).toEqual(Buffer.from(writeOnnx(await first.snapshot())));
    expect(readSafetensors(await readFile(path("digits.safetensors"))).map(({ data }) => data)).toEqual(
      first.getWeights().map(({ data }) => data),
    );
    const { code, stderr } = await runCli(["convert", path("digits.onnx"), path("back.keras")]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('got "onnx", which is only written') });
  });

  it("need no settings of compile where they do not show them", async () => {
    const foreign = path("foreign.keras");
    await writeFile(foreign, await withOptimizer(await readFile(model), "Ftrl"));
    expect(await runCli(["summary", foreign])).toMatchObject({ code: 0, stderr: "" });
    for (const file of ["foreign.onnx", "foreign.safetensors", "foreign.weights.h5"]) {
      expect(await runCli(["convert", foreign, path(file)])).toMatchObject({ code: 0, stderr: "" });
    }
    const refused = await runCli(["convert", foreign, path("foreign.h5")]);
    expect(refused.stderr).toContain("(--no-compile leaves them out)");
    expect(await runCli(["convert", foreign, path("foreign.h5"), "--no-compile"])).toMatchObject({ code: 0 });
  });

  it("say what to type where they cannot go on", async () => {
    await runCli(["convert", model, path("alone.weights.h5")]);
    for (const args of [
      ["summary", path("alone.weights.h5")],
      ["convert", path("alone.weights.h5"), path("x.keras")],
    ]) {
      const { code, stderr } = await runCli(args);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining("got weights alone; `wasm-cnn convert WEIGHTS NEW --model FILE` puts them"),
      });
    }
  });

  it("make folders that are missing, and bring weights alone back into their model", async () => {
    const [first, untrained] = [await loadModel(model), await loadModel(model)];
    untrained.setWeights(first.getWeights().map(({ data }) => new Float32Array(data.length)));
    await untrained.save(path("empty.keras"));
    for (const weights of ["a/b/digits.weights.h5", "a/c/digits.safetensors"]) {
      expect(await runCli(["convert", model, path(weights)])).toMatchObject({ code: 0, stderr: "" });
      const back = ["convert", path(weights), path("d/e/back.keras"), "--model", path("empty.keras")];
      expect(await runCli(back)).toMatchObject({ code: 0, stderr: "" });
      expect(await (await loadModel(path("d/e/back.keras"))).fingerprint()).toBe(await first.fingerprint());
    }
    const wrong = ["convert", path("colour.keras"), path("d/wrong.keras"), "--model", path("empty.keras")];
    expect(await runCli(wrong)).toMatchObject({ code: 1, stderr: expect.stringContaining("loadWeights: ") });
  });

  it("prove that they can write before they read", async () => {
    await mkdir(path("folder.keras"), { recursive: true });
    const cases: [string, string][] = [
      ["folder.keras", `convert: expected a place that can be written, got a folder at ${path("folder.keras")}`],
      ["digits.keras/x.keras", "convert: expected a folder that can be made, got E"],
    ];
    for (const [to, message] of cases) {
      const { code, stderr } = await runCli(["convert", path("no-such.keras"), path(to)]);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(message) });
    }
  });
});

/** A `.keras` file whose compile settings name another optimizer. */
async function withOptimizer(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  const entries = unzipSync(bytes);
  const config = JSON.parse(strFromU8(entries["config.json"]!)) as { compile_config: { optimizer: object } };
  config.compile_config.optimizer = { ...config.compile_config.optimizer, class_name: name };
  return zipSync({ ...entries, "config.json": strToU8(JSON.stringify(config)) }, { level: 0 });
}

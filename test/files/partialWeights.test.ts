import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { layers, Sequential } from "wasm-cnn";

const base = () => [layers.dense({ units: 4, name: "one", inputShape: [3] }), layers.dense({ units: 5, name: "two" })];
/** Another head, and its layers in front under other names or none. */
const model = (units: number, name = "head") => new Sequential([...base(), layers.dense({ units, name })]);
const numbers = (of: Sequential) => Object.fromEntries(of.getWeights().map((each) => [each.name, [...each.data]]));

const FORMATS = ["keras", "h5", "weights.h5", "safetensors", "model.json"] as const;
const BY_NAME = ["h5", "safetensors", "model.json"] as const;

async function saved(of: Sequential, format: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "wasm-cnn-"));
  const target = join(folder, format === "model.json" ? format : `m.${format}`);
  await of.save(target);
  return target;
}

describe.each(FORMATS)("weights of another model, from .%s", (format) => {
  it("are taken as far as they fit, if that is asked for", async () => {
    const source = model(2);
    const file = await saved(source, format);
    const target = model(3);
    const before = numbers(target);
    await expect(target.loadWeights(file)).rejects.toThrow(/expected|shape/);
    expect(numbers(target)).toEqual(before);
    await target.loadWeights(file, { skipMismatch: true });
    const { "head/kernel": kernel, "head/bias": bias, ...others } = numbers(source);
    expect(numbers(target)).toEqual({ ...before, ...others });
  });
});

describe("weights by name", () => {
  it.each(BY_NAME)("of .%s: layers without a counterpart keep theirs, whatever the order", async (format) => {
    const source = model(2);
    const file = await saved(source, format);
    const target = new Sequential([
      layers.dense({ units: 3, name: "new", inputShape: [3] }),
      layers.dense({ units: 4, name: "one" }),
    ]);
    const before = numbers(target);
    await target.loadWeights(file, { byName: true });
    const { "one/kernel": kernel, "one/bias": bias } = numbers(source);
    expect(numbers(target)).toEqual({ ...before, "one/kernel": kernel, "one/bias": bias });
    const other = model(3);
    await expect(other.loadWeights(file, { byName: true })).rejects.toThrow(/expected .* for .*kernel.*, got/);
    await other.loadWeights(file, { byName: true, skipMismatch: true });
    expect(numbers(other)["two/kernel"]).toEqual(numbers(source)["two/kernel"]);
  });

  it.each(["keras", "weights.h5"])("are none in .%s, as in Keras", async (format) => {
    const source = model(2);
    await expect(model(2).loadWeights(await saved(source, format), { byName: true })).rejects.toThrow(
      /^loadWeights.byName: expected a file that has weights by name, /,
    );
  });

  it("are true or false", async () => {
    const loaded = model(2).loadWeights(new Uint8Array(9), { byName: 1 as never });
    await expect(loaded).rejects.toThrow(TypeError);
  });
});

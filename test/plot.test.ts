import { describe, expect, it } from "vitest";
import { input, layers, Model, Sequential } from "wasm-cnn";
import { plotModel } from "wasm-cnn/plot";

/** The attributes of the elements of a class. */
function elements(svg: string, kind: string): Record<string, string>[] {
  return [...svg.matchAll(new RegExp(`<g class="${kind}"([^>]*)>`, "g"))].map(([, attributes]) =>
    Object.fromEntries([...attributes!.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value])),
  );
}
const names = (svg: string, kind = "layer") => elements(svg, kind).map((each) => each["data-layer"]);
const arrows = (svg: string) => elements(svg, "line").map((each) => `${each["data-from"]} > ${each["data-to"]}`);
const texts = (svg: string) => [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
/** Left, top, right and bottom of the boxes of a class. */
function boxes(svg: string, kind = "layer") {
  const pattern = new RegExp(
    `<g class="${kind}" data-layer="([^"]*)"><rect x="([\\d.]+)" y="([\\d.]+)" width="([\\d.]+)" height="([\\d.]+)"`,
    "g",
  );
  const found = [...svg.matchAll(pattern)].map(([, name, ...numbers]) => {
    const [x, y, width, height] = numbers.map(Number) as [number, number, number, number];
    return [name!, { left: x, top: y, right: x + width, bottom: y + height }] as const;
  });
  return Object.fromEntries(found);
}

/** Two inputs, a tower that both share, two outputs. */
function siamese(): Model {
  const tower = new Sequential(
    [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu", inputShape: [8, 8, 3], name: "conv" }),
      layers.globalAveragePooling2d({ name: "pool" }),
    ],
    { name: "tower" },
  );
  const left = input({ shape: [8, 8, 3], name: "left" });
  const right = input({ shape: [8, 8, 3], name: "right" });
  const [a, b] = [tower.apply(left), tower.apply(right)];
  const difference = layers.subtract({ name: "difference" }).apply([a, b]);
  const same = layers.dense({ units: 1, activation: "sigmoid", name: "same" }).apply(difference);
  const kind = layers
    .dense({ units: 5, name: "kind" })
    .apply(layers.concatenate({ name: "both" }).apply([a, difference]));
  return new Model({ inputs: [left, right], outputs: [same, kind], name: "siamese" });
}

describe("plotModel", () => {
  it("has a box for each layer, and an arrow for each tensor that one takes", () => {
    const svg = plotModel(siamese());
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="[\d.]+" height="[\d.]+" viewBox="0 0 /);
    expect(svg).toContain("<title>siamese</title>");
    expect(names(svg).sort()).toEqual(["both", "difference", "kind", "left", "right", "same", "tower"]);
    expect(arrows(svg).sort()).toEqual([
      ...["both > kind", "difference > both", "difference > same", "left > tower", "right > tower"],
      // Shared: one box, as in Keras, and a line for each of its calls.
      ...["tower > both", "tower > difference", "tower > difference"],
    ]);
    expect(texts(svg).sort()).toEqual(
      ["Concatenate", "Dense", "Dense", "InputLayer", "InputLayer", "Sequential", "Subtract"].sort(),
    );
    expect(plotModel(siamese())).toBe(svg);
  });

  it("says what it is asked to", () => {
    const svg = plotModel(siamese(), {
      showShapes: true,
      showLayerNames: true,
      showLayerActivations: true,
      showTrainable: true,
    });
    expect(texts(svg)).toEqual(expect.arrayContaining(["same (Dense)", "Activation: sigmoid", "Trainable: true"]));
    expect(texts(svg)).toEqual(
      expect.arrayContaining(["Input shape: (None, 4), (None, 4)", "Output shape: (None, 1)"]),
    );
    expect(texts(plotModel(siamese())).join()).not.toMatch(/shape|Activation|Trainable|same/);
  });

  it("opens models inside, with a frame around their layers", () => {
    const outer = new Sequential(
      [siamese().getLayer("tower") as Sequential, layers.dense({ units: 2, name: "head" })],
      {
        name: "outer",
      },
    );
    const x = input({ shape: [8, 8, 3], name: "image" });
    const model = new Model({ inputs: x, outputs: layers.softmax({ name: "end" }).apply(outer.apply(x)) });
    const svg = plotModel(model, { expandNested: true, showLayerNames: true });
    expect(names(svg, "model")).toEqual(["outer", "tower"]);
    expect(arrows(svg).sort()).toEqual(["conv > pool", "head > end", "image > conv", "pool > head"]);
    expect(texts(svg)).toContain("tower (Sequential)");
    const [frames, inside] = [boxes(svg, "model"), boxes(svg)];
    for (const [frame, own] of [
      ["tower", ["conv", "pool"]],
      ["outer", ["conv", "pool", "head"]],
    ] as const) {
      for (const name of own) {
        expect(inside[name]!.left).toBeGreaterThan(frames[frame]!.left);
        expect(inside[name]!.right).toBeLessThan(frames[frame]!.right);
        expect(inside[name]!.top).toBeGreaterThan(frames[frame]!.top);
        expect(inside[name]!.bottom).toBeLessThan(frames[frame]!.bottom);
      }
    }
    expect(inside.end!.top).toBeGreaterThan(frames.outer!.bottom);
  });

  it.each([
    ["TB", (a: Record<string, number>, b: Record<string, number>) => a.bottom! < b.top!],
    ["BT", (a: Record<string, number>, b: Record<string, number>) => a.top! > b.bottom!],
    ["LR", (a: Record<string, number>, b: Record<string, number>) => a.right! < b.left!],
    ["RL", (a: Record<string, number>, b: Record<string, number>) => a.left! > b.right!],
  ] as const)("goes %s, and no box lies on another", (rankdir, isBefore) => {
    const svg = plotModel(siamese(), { rankdir, showShapes: true });
    const all = boxes(svg);
    for (const each of elements(svg, "line")) {
      expect(isBefore(all[each["data-from"]!]!, all[each["data-to"]!]!)).toBe(true);
    }
    for (const [i, a] of Object.values(all).entries()) {
      for (const b of Object.values(all).slice(i + 1)) {
        expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top).toBe(true);
      }
    }
  });

  it("writes any name as text", () => {
    const model = new Sequential([layers.flatten({ inputShape: [2, 2], name: `<script>"&'\u0007` })], { name: "a<b" });
    const svg = plotModel(model, { showLayerNames: true });
    expect(svg).not.toContain("<script>");
    expect(svg).toContain("<title>a&lt;b</title>");
    expect(texts(svg)).toEqual(["&lt;script&gt;&quot;&amp;&#39;  (Flatten)"]);
  });

  it("refuses what it cannot show", () => {
    expect(() => plotModel({} as never)).toThrow("plotModel: expected a model, got an object");
    expect(() => plotModel(new Sequential([layers.flatten()]))).toThrow("expected a model that knows its input shape");
    const model = siamese();
    expect(() => plotModel(model, { rankdir: "XY" as "TB" })).toThrow(RangeError);
    expect(() => plotModel(model, { showShapes: 1 as never })).toThrow(
      "plotModel.showShapes: expected true or false, got 1",
    );
    expect(() => plotModel(model, { show: true } as never)).toThrow(TypeError);
  });
});

import { describe, expect, it } from "vitest";
import { type BatchElement, cutMix, Dataset, mixUp, type StackedNumbers, toCategorical } from "wasm-cnn";
import { smallData, smallModel } from "../model/small.js";

/** Images of one number each, which tells from which image a pixel is. */
function images(n: number, height: number, width: number, channels = 2): { x: StackedNumbers; y: StackedNumbers } {
  const size = height * width * channels;
  const data = Float32Array.from({ length: n * size }, (_, i) => Math.floor(i / size));
  return {
    x: { data, shape: [n, height, width, channels] },
    y: toCategorical(
      Uint8Array.from({ length: n }, (_, i) => i),
      n,
    ),
  };
}

const part = (batch: BatchElement, name: "x" | "y") => batch[name] as StackedNumbers;
const row = ({ data, shape }: StackedNumbers, i: number) => {
  const size = data.length / shape[0]!;
  return [...data.subarray(i * size, (i + 1) * size)];
};

/** The partner and the own share that a row of one-hot targets shows, of sample i. */
function shares(y: StackedNumbers, i: number): { partner: number; own: number } {
  const numbers = row(y, i);
  const partner = numbers.findIndex((value, j) => j !== i && value > 0);
  expect(numbers.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  return { partner: partner < 0 ? i : partner, own: partner < 0 ? 1 : numbers[i]! };
}

describe("mixUp", () => {
  it("mixes each sample with a partner, its target and its weight alike, by Keras' formula", () => {
    const { x, y } = images(9, 2, 3);
    const sampleWeight = Float32Array.from({ length: 9 }, (_, i) => i);
    const mixed = mixUp({ x, y, sampleWeight }, { alpha: 0.8, seed: 3 });
    const partners = new Set<number>();
    for (let i = 0; i < 9; i++) {
      const { partner, own } = shares(part(mixed, "y"), i);
      partners.add(partner);
      const expected = own * i + (1 - own) * partner;
      for (const value of row(part(mixed, "x"), i)) expect(value).toBeCloseTo(expected, 4);
      expect((mixed.sampleWeight as StackedNumbers).data[i]).toBeCloseTo(expected, 4);
    }
    // A random order of the batch: each is the partner of one, but for those whose share does not show.
    expect(partners.size).toBe(9);
    expect(row(x, 3)).toEqual(Array(12).fill(3));
  });

  it("draws weights of the beta distribution: mean and variance, for small and large parameters", () => {
    for (const alpha of [0.05, 0.2, 1, 4]) {
      const n = 400;
      const y = toCategorical(
        new Uint8Array(n).map((_, i) => i % 2),
        2,
      );
      const x = { data: Float32Array.from({ length: n }, (_, i) => 2 ** (i % 2)), shape: [n, 1] };
      const owns: number[] = [];
      for (let step = 0; step < 20; step++) {
        const mixed = mixUp({ x, y }, { alpha, step });
        // Of those whose partner is of the other class.
        for (let i = 0; i < n; i++) {
          const own = row(part(mixed, "y"), i)[i % 2]!;
          if (own < 1) owns.push(own);
        }
      }
      const mean = owns.reduce((sum, own) => sum + own, 0) / owns.length;
      const variance = owns.reduce((sum, own) => sum + (own - mean) ** 2, 0) / owns.length;
      // Small parameters give numbers that round to 1, which are left out above.
      if (alpha >= 0.2) expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
      if (alpha >= 0.2) expect(Math.abs(variance - 1 / (4 * (2 * alpha + 1)))).toBeLessThan(0.01);
      expect(owns.every((own) => own >= 0 && own < 1)).toBe(true);
    }
  });
});

describe("cutMix", () => {
  it("puts a box of a partner into each image, and its share into the target", () => {
    const [height, width] = [24, 32];
    const { x, y } = images(16, height, width);
    let boxes = 0;
    for (let step = 0; step < 4; step++) {
      const mixed = cutMix({ x, y }, { seed: 5, step });
      for (let i = 0; i < 16; i++) {
        const pixels = row(part(mixed, "x"), i);
        const { partner, own } = shares(part(mixed, "y"), i);
        expect(pixels.every((value) => value === i || value === partner)).toBe(true);
        const taken = pixels.flatMap((value, at) => (value !== i && at % 2 === 0 ? [at / 2] : []));
        if (taken.length === 0) continue;
        boxes++;
        const [rows, columns] = [taken.map((at) => Math.floor(at / width)), taken.map((at) => at % width)];
        const size = (list: number[]) => Math.max(...list) - Math.min(...list) + 1;
        expect(size(rows) * size(columns)).toBe(taken.length);
        const ratio = Math.sqrt(1 - own);
        expect(Math.abs(size(rows) - ratio * height)).toBeLessThanOrEqual(1);
        expect(Math.abs(size(columns) - ratio * width)).toBeLessThanOrEqual(1);
      }
    }
    expect(boxes).toBeGreaterThan(30);
  });

  it("leaves bytes bytes, and draws its parameter between two", () => {
    const { x, y } = images(6, 8, 8, 1);
    const bytes = { data: Uint8Array.from(x.data), shape: x.shape };
    const mixed = cutMix({ x: bytes, y }, { factor: [1, 1] });
    expect(part(mixed, "x").data).toBeInstanceOf(Uint8Array);
    expect([...part(mixed, "x").data]).toEqual([...part(cutMix({ x, y }, { factor: [1, 1] }), "x").data]);
    // With the least parameter a weight is 0 or 1: all of an image is exchanged, or nothing.
    const whole = cutMix({ x, y }, { factor: 0 });
    for (let i = 0; i < 6; i++) expect(new Set(row(part(whole, "x"), i)).size).toBe(1);
  });
});

const batches = () => Dataset.fromArrays(smallData(20)).shuffle(20).batch(6);

describe("mixUp and cutMix", () => {
  it.each([
    ["mixUp", () => batches().mixUp({ alpha: 0.4 }), mixUp],
    ["cutMix", () => batches().cutMix(), cutMix],
  ] as const)(
    "%s of a Dataset: other numbers in each batch and pass, the same where training goes on",
    async (_, make, alone) => {
      const all = async (position: object) => {
        const list: unknown[] = [];
        const iterator = make().iterate(position);
        for (let next = await iterator.next(); !next.done; next = await iterator.next()) list.push(next.value);
        return list;
      };
      expect(make().length).toBe(4);
      const first = await all({ seed: 2 });
      expect(await all({ seed: 2 })).toEqual(first);
      for (let skip = 0; skip < 5; skip++) expect(await all({ seed: 2, skip })).toEqual(first.slice(skip));
      expect(await all({ seed: 2, pass: 1 })).not.toEqual(first);
      expect(await all({ seed: 3 })).not.toEqual(first);
      const same = { ...smallData(5), seed: 1 };
      const run = (options: object) => alone({ x: same.x, y: same.y }, options);
      expect(run({ seed: 4, step: 7 })).toEqual(run({ seed: 4, step: 7 }));
      expect(run({ seed: 4, step: 8 })).not.toEqual(run({ seed: 4, step: 7 }));
      const print = async (stop: number) => {
        const model = smallModel();
        const options = { epochs: 2 };
        let steps = 0;
        const callbacks = {
          onBatchEnd() {
            if (++steps === stop) model.stopTraining = true;
          },
        };
        await model.fit(make(), { ...options, callbacks });
        if (stop) await model.fit(make(), { ...options, resumeFrom: true });
        return model.fingerprint();
      };
      const whole = await print(0);
      for (const stop of [1, 3, 4, 6]) expect(await print(stop)).toBe(whole);
    },
  );

  it("take what fit takes: lists, and several inputs and outputs by name", () => {
    const { x, y } = images(3, 2, 2, 1);
    const list = [0, 1, 2].map((i) => ({ data: Float32Array.from(row(x, i)), shape: [2, 2, 1] }));
    const nested = [0, 1, 2].map((i) => row(y, i));
    expect(mixUp({ x: list, y: nested }, { seed: 1 })).toEqual(mixUp({ x, y }, { seed: 1 }));
    const named = cutMix({ x: { left: x, right: x }, y: { a: y, b: y } }, { seed: 1 });
    const plain = cutMix({ x, y }, { seed: 1 });
    expect(named).toEqual({ x: { left: plain.x, right: plain.x }, y: { a: plain.y, b: plain.y } });
  });

  it("refuse what is not one-hot, what is no image, and wrong options", async () => {
    const { x, y } = images(3, 2, 2, 1);
    const labels = Uint8Array.of(0, 1, 2);
    expect(() => mixUp({ x })).toThrow("expected { x, y }, got a batch without y");
    expect(() => mixUp({ x, y: labels })).toThrow(
      "y: expected one-hot targets of shape (n, classes), got shape (3,); toCategorical makes them of labels",
    );
    expect(() => cutMix({ x, y: { data: labels, shape: [3, 1] } })).toThrow("got shape (3, 1)");
    const wrong = { data: Float32Array.of(1, 0, 1, 1, 0, 1), shape: [3, 2] };
    expect(() => mixUp({ x, y: wrong })).toThrow("y: expected one-hot targets, got [1, 1] at position 1");
    expect(() => cutMix({ x: y, y })).toThrow(
      "x: expected images of shape (n, height, width, channels), got shape (3, 3)",
    );
    expect(() => mixUp({ x: { data: x.data.slice(4), shape: [2, 2, 2, 1] }, y })).toThrow(
      "expected as many samples in y",
    );
    expect(() => mixUp({ x, y }, { alpha: 0 })).toThrow("mixUp.alpha: expected a finite number >= 0.000001, got 0");
    expect(() => mixUp({ x, y }, { seed: -1 })).toThrow("mixUp.seed");
    expect(() => cutMix({ x, y }, { factor: [0.5, 0.2] })).toThrow(
      "cutMix.factor: expected a finite number from 0.5 to 1",
    );
    expect(() => cutMix({ x, y }, { factor: 2 })).toThrow("cutMix.factor");
    expect(() => batches().mixUp({ step: 1 } as never)).toThrow(
      'Dataset.mixUp: expected options among alpha, seed, got "step"',
    );
    const unlabelled = Dataset.fromArrays({ x: [1, 2, 3, 4], y: [0, 1, 0, 1] })
      .batch(2)
      .mixUp();
    await expect(smallModel().fit(unlabelled)).rejects.toThrow("Dataset.mixUp: element 0: y: expected one-hot targets");
  });
});

import { describe, expect, it } from "vitest";
import { type BatchElement, Dataset, type PassPosition } from "wasm-cnn";

const numbers = (count: number) =>
  Dataset.fromGenerator(() => Array.from({ length: count }, (_, i) => i), { length: count });

async function all<T>(dataset: Dataset<T>, position?: PassPosition): Promise<T[]> {
  const iterator = dataset.iterate(position);
  const list: T[] = [];
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) list.push(next.value);
  return list;
}

/** Every operation, and several together. */
const FORMS: readonly (readonly [string, Dataset<unknown>, number | undefined])[] = [
  ["fromGenerator", numbers(7), 7],
  ["map", numbers(7).map(async (n, index) => [n * n, index]), 7],
  ["shuffle", numbers(20).shuffle(5), 20],
  ["shuffle of all, twice", numbers(9).shuffle(100).shuffle(3, { seed: 4 }), 9],
  ["take", numbers(7).take(4), 4],
  ["take more", numbers(3).take(4), 3],
  ["skip", numbers(7).skip(4), 3],
  ["skip all", numbers(3).skip(4), 0],
  ["repeat", numbers(3).repeat(3), 9],
  ["repeat, shuffled", numbers(5).shuffle(5).repeat(3), 15],
  ["repeat for ever", numbers(3).repeat().take(10), 10],
  ["repeat what has no length", Dataset.fromGenerator(() => [1, 2, 3]).repeat(2), undefined],
  ["cache", numbers(5).shuffle(5).cache(), 5],
  ["prefetch", numbers(7).prefetch(3), 7],
  ["zip", Dataset.zip({ x: numbers(7).shuffle(7), y: numbers(5) }), 5],
  [
    "batch",
    Dataset.fromArrays({ x: [1, 2, 3, 4, 5, 6, 7] })
      .shuffle(4)
      .batch(3),
    3,
  ],
  ["batch, whole ones", Dataset.fromArrays({ x: [1, 2, 3, 4, 5, 6, 7] }).batch(3, { dropRemainder: true }), 2],
];

describe("Dataset", () => {
  it.each(FORMS)(
    "%s: knows its length, and goes on from any element of any pass with the same ones",
    async (_, form, length) => {
      expect(form.length).toBe(length);
      for (const pass of [0, 1, 2]) {
        const whole = await all(form, { pass, seed: 3 });
        if (length !== undefined) expect(whole.length).toBe(length);
        expect(await all(form, { pass, seed: 3 })).toEqual(whole);
        for (let skip = 0; skip <= whole.length + 1; skip++) {
          expect(await all(form, { pass, seed: 3, skip }), `${skip}`).toEqual(whole.slice(skip));
        }
      }
    },
  );

  it("gives what tf.data gives where there is no chance", async () => {
    expect(await all(numbers(5).map((n) => n * 2))).toEqual([0, 2, 4, 6, 8]);
    expect(await all(numbers(5).skip(1).take(3))).toEqual([1, 2, 3]);
    expect(await all(numbers(2).repeat(2))).toEqual([0, 1, 0, 1]);
    expect(await all(Dataset.zip({ a: numbers(3), b: numbers(2).map(String) }))).toEqual([
      { a: 0, b: "0" },
      { a: 1, b: "1" },
    ]);
    const seen: number[] = [];
    for await (const n of numbers(3)) seen.push(n);
    expect(seen).toEqual([0, 1, 2]);
  });

  it("shuffles every pass anew, by the seed, and no further than the buffer reaches", async () => {
    const dataset = numbers(100).shuffle(10);
    const orders = await Promise.all([
      all(dataset),
      all(dataset, { pass: 1 }),
      all(dataset, { seed: 1 }),
      all(numbers(100).shuffle(10, { seed: 1 }), { seed: 9 }),
    ]);
    for (const order of orders) {
      expect([...order].sort((a, b) => a - b)).toEqual(await all(numbers(100)));
      for (const [at, n] of order.entries()) expect(n - at).toBeLessThan(10);
    }
    expect(new Set(orders.map(String)).size).toBe(3);
    expect(orders[3]).toEqual(orders[2]);
    const first = await Promise.all(
      Array.from({ length: 200 }, async (_, seed) => (await all(numbers(4).shuffle(4), { seed }))[0]!),
    );
    for (const n of [0, 1, 2, 3]) expect(first.filter((each) => each === n).length).toBeGreaterThan(25);
  });

  it("makes batches of samples, by name too", async () => {
    const x = { data: Uint8Array.from({ length: 12 }, (_, i) => i), shape: [3, 2, 2] };
    const weighted = Dataset.fromArrays({ x: { a: x, b: [[1], [2], [3]] }, y: [5, 6, 7], sampleWeight: [1, 0.5, 2] });
    expect(await all(weighted.batch(2))).toEqual([
      {
        x: {
          a: { data: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7), shape: [2, 2, 2] },
          b: { data: Float32Array.of(1, 2), shape: [2, 1] },
        },
        y: { data: Float32Array.of(5, 6), shape: [2] },
        sampleWeight: { data: Float32Array.of(1, 0.5), shape: [2] },
      },
      {
        x: {
          a: { data: Uint8Array.of(8, 9, 10, 11), shape: [1, 2, 2] },
          b: { data: Float32Array.of(3), shape: [1, 1] },
        },
        y: { data: Float32Array.of(7), shape: [1] },
        sampleWeight: { data: Float32Array.of(2), shape: [1] },
      },
    ]);
  });

  it("reads no further than it is asked to, and closes what it reads from", async () => {
    let [made, closed] = [0, 0];
    const source = Dataset.fromGenerator(function* () {
      try {
        for (;;) yield made++;
      } finally {
        closed++;
      }
    });
    const iterator = source
      .map((n) => ({ x: n }))
      .batch(2)
      .prefetch(2)
      .iterate();
    await iterator.next();
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    // One batch given, two ahead.
    expect(made).toBe(6);
    await iterator.return?.();
    expect(closed).toBe(1);
    expect(await all(source.take(2))).toHaveLength(2);
    expect(closed).toBe(2);
  });

  it("asks what stands before a cache once", async () => {
    let calls = 0;
    const dataset = numbers(4)
      .map((n) => n + 0 * calls++)
      .cache();
    for (const pass of [0, 1, 2]) expect(await all(dataset, { pass })).toEqual([0, 1, 2, 3]);
    expect(calls).toBe(4);
  });

  it("serves one pass over an iterator", async () => {
    const dataset = Dataset.fromGenerator([1, 2, 3].values()).map((n) => n);
    expect([dataset.restartable, numbers(2).restartable]).toEqual([false, true]);
    expect(await all(dataset)).toEqual([1, 2, 3]);
    await expect(all(dataset)).rejects.toThrow(
      "Dataset.fromGenerator: expected a function that makes an iterator for each pass",
    );
  });

  it("says at which element something went wrong", async () => {
    const failing = numbers(5).map((n) => {
      if (n === 3) throw new Error("no picture");
      return n;
    });
    await expect(all(failing, { skip: 1 })).rejects.toThrow("Dataset.map: element 3: no picture");
    const broken = Dataset.fromGenerator(function* () {
      yield 1;
      throw new Error("disk");
    });
    await expect(all(broken)).rejects.toThrow("Dataset.fromGenerator: element 1: disk");
    const uneven = Dataset.fromGenerator<{ x: number[] }>(() => [{ x: [1] }, { x: [1, 2] }]).batch(2);
    await expect(all(uneven as Dataset<BatchElement>)).rejects.toThrow(
      "Dataset.batch: element 0: x: expected samples of one shape, (1,), got (2,) at index 1",
    );
  });

  it("refuses wrong arguments", () => {
    const some = Dataset.fromArrays({ x: [1] });
    const calls: [() => unknown, string][] = [
      [
        () => Dataset.fromArrays({ x: [1, 2], y: [1] }),
        "Dataset.fromArrays: expected as many samples in y as in x, 2, got 1",
      ],
      [() => Dataset.fromArrays({ x: 1 } as never), "Dataset.fromArrays: x: expected { data, shape }, an array"],
      [
        () => Dataset.fromArrays({ x: { data: [1], shape: [2] } }),
        "Dataset.fromArrays: x: expected 2 numbers for shape [2], got 1",
      ],
      [() => Dataset.fromArrays({ z: [1] } as never), "Dataset.fromArrays: expected options among x, y, sampleWeight"],
      [
        () => Dataset.fromGenerator(1 as never),
        "Dataset.fromGenerator: expected a function that makes an iterable, got 1",
      ],
      [() => Dataset.zip({ x: 1 } as never), "Dataset.zip: expected Datasets by name, got 1"],
      [() => some.map(1 as never), "Dataset.map: expected a function, got 1"],
      [() => some.shuffle(0), "Dataset.shuffle: buffer: expected an integer >= 1, got 0"],
      [() => some.batch(0), "Dataset.batch: size: expected an integer >= 1, got 0"],
      [() => some.take(-1), "Dataset.take: count: expected an integer >= 0, got -1"],
      [() => some.skip(0.5), "Dataset.skip: count: expected an integer >= 0, got 0.5"],
      [() => some.repeat(0), "Dataset.repeat: count: expected an integer >= 1, got 0"],
      [() => some.prefetch(0), "Dataset.prefetch: count: expected an integer >= 1, got 0"],
      [() => some.iterate({ pass: -1 }), "Dataset.iterate.pass: expected an integer >= 0, got -1"],
    ];
    for (const [call, message] of calls) expect(call, message).toThrow(message);
  });
});

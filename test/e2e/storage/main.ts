// What the test in storage.test.ts calls in the page.
import {
  deleteModel,
  layers,
  listModels,
  loadModel,
  ModelCheckpoint,
  modelFromBytes,
  newestCheckpoint,
  Sequential,
} from "wasm-cnn";

const SETTINGS = { epochs: 4, batchSize: 8 };
const x = { data: Float32Array.from({ length: 40 * 4 }, (_, i) => Math.sin(i)), shape: [40, 4] };
const y = {
  data: Float32Array.from({ length: 40 * 2 }, (_, i) => (i % 4 === 0 || i % 4 === 3 ? 1 : 0)),
  shape: [40, 2],
};

function model(): Sequential {
  const made = new Sequential(
    [
      layers.dense({ units: 5, activation: "relu", inputShape: [4] }),
      layers.dense({ units: 2, activation: "softmax" }),
    ],
    { seed: 3 },
  );
  made.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads: 0 });
  return made;
}

const actions = {
  async whole() {
    const whole = model();
    await whole.fit(x, y, SETTINGS);
    return whole.fingerprint();
  },
  /** Trains for a while, saves in the middle of an epoch, and is gone with the page. */
  async begin(storage: string) {
    const first = model();
    let steps = 0;
    const onBatchEnd = async () => {
      if (++steps === 8) await first.save(`${storage}://a/b c`);
    };
    await first.fit(x, y, { ...SETTINGS, epochs: 3, callbacks: { onBatchEnd } });
    await first.save(`${storage}://other`);
  },
  async resume(storage: "indexeddb" | "opfs") {
    const names = await listModels(storage);
    const loaded = await loadModel(`${storage}://a/b c`);
    await loaded.fit(x, y, { ...SETTINGS, resumeFrom: true });
    for (const name of names) await deleteModel(name);
    await deleteModel(`${storage}://other`);
    const missing = await loadModel(`${storage}://other`).catch((error: Error) => error.message);
    return { names, fingerprint: await loaded.fingerprint(), left: await listModels(storage), missing };
  },
  async checkpoints(storage: string) {
    const folder = `${storage}://run`;
    const first = model();
    await first.fit(x, y, {
      ...SETTINGS,
      epochs: 3,
      callbacks: new ModelCheckpoint({ folder, everySteps: 4, keep: 2 }),
    });
    const newest = await newestCheckpoint(folder);
    const second = model();
    await second.fit(x, y, { ...SETTINGS, resumeFrom: newest!.bytes });
    return {
      newest: newest!.name,
      kept: (await listModels(storage as "opfs")).length,
      print: await second.fingerprint(),
    };
  },
  /** By a Blob, a Response and a URL; and where there are no files. */
  async sources() {
    const made = model();
    const bytes = await made.toBytes("h5");
    const url = URL.createObjectURL(new Blob([bytes]));
    const loaded = [
      await loadModel(new Blob([bytes])),
      await loadModel(new Response(bytes)),
      await loadModel(url),
      await modelFromBytes(bytes.buffer),
    ];
    const refused = await made.save("model.keras").catch((error: Error) => error.message);
    const prints = await Promise.all([made, ...loaded].map((each) => each.fingerprint()));
    return { equal: prints.every((print) => print === prints[0]), refused };
  },
};

export type Actions = typeof actions;
Object.assign(globalThis, { actions });

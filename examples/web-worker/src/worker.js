import { layers, Sequential, toCategorical } from "wasm-cnn";

const SIDE = 16;
const EPOCHS = 10;
/** Steps across the image and down it, from one stripe to the next: the four directions. */
const DIRECTIONS = [
  [1, 0],
  [0, 1],
  [1, 1],
  [1, -1],
];

/** Images of grey stripes between noise, and their directions as one-hot rows. */
function stripes(count) {
  const data = new Uint8Array(count * SIDE * SIDE);
  const kinds = Uint8Array.from({ length: count }, (_, i) => i % DIRECTIONS.length);
  for (let i = 0; i < data.length; i++) {
    const [across, down] = DIRECTIONS[kinds[Math.floor(i / SIDE ** 2)]];
    const [x, y] = [i % SIDE, Math.floor(i / SIDE) % SIDE];
    const light = (across * x + down * y + SIDE) % 4 < 2 ? 150 : 60;
    data[i] = light + (Math.random() - 0.5) * 120;
  }
  return [{ data, shape: [count, SIDE, SIDE, 1] }, toCategorical(kinds, DIRECTIONS.length)];
}

const model = new Sequential([
  layers.rescaling({ scale: 1 / 255, inputShape: [SIDE, SIDE, 1] }),
  layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu" }),
  layers.maxPooling2d({ poolSize: 2 }),
  layers.flatten(),
  layers.dense({ units: DIRECTIONS.length, activation: "softmax" }),
]);
model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"] });

let abort = new AbortController();

async function train() {
  abort = new AbortController();
  let kind = "done";
  try {
    await model.fit(...stripes(2000), {
      epochs: EPOCHS,
      signal: abort.signal,
      callbacks: {
        onEpochEnd: (epoch, logs) => self.postMessage({ kind: "epoch", done: (epoch + 1) / EPOCHS, ...logs }),
      },
    });
  } catch (error) {
    // An abort leaves the weights of the last completed step; anything else is a mistake.
    if (!abort.signal.aborted) throw error;
    kind = "stopped";
  }
  self.postMessage({ kind, ...(await model.evaluate(...stripes(500))) });
}

self.addEventListener("message", ({ data }) => {
  if (data === "train") void train();
  else abort.abort();
});

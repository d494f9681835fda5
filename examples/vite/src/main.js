import { fromPixels, layers, Sequential, toCategorical } from "wasm-cnn";
import { drawShape, NAMES, randomNumbers, SIDE } from "./shapes.js";

const COUNT = 6000;
/** Of the shapes to train on, of those to name afterwards, and of the network's first weights. */
const [TRAIN_SEED, TEST_SEED, MODEL_SEED] = [1, 2, 3];

/** Many shapes as one block of pixels, and their kinds as one-hot rows. */
function drawShapes() {
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const random = randomNumbers(TRAIN_SEED);
  const data = new Uint8Array(COUNT * SIDE * SIDE);
  const kinds = Uint8Array.from({ length: COUNT }, (_, i) => i % NAMES.length);
  for (const [i, kind] of kinds.entries()) {
    drawShape(canvas, kind, random);
    data.set(fromPixels(canvas, { channels: 1 }).data, i * SIDE * SIDE);
  }
  return [{ data, shape: [COUNT, SIDE, SIDE, 1] }, toCategorical(kinds, NAMES.length)];
}

const model = new Sequential(
  [
    layers.rescaling({ scale: 1 / 255, inputShape: [SIDE, SIDE, 1] }),
    layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dense({ units: 32, activation: "relu" }),
    layers.dense({ units: NAMES.length, activation: "softmax" }),
  ],
  { seed: MODEL_SEED },
);
model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"] });

const status = document.querySelector("#status");
const button = document.querySelector("#train");

/** Twelve shapes that it has not been trained on, and what the network takes them for. */
async function showAnswers() {
  const random = randomNumbers(TEST_SEED);
  const figures = [];
  for (let i = 0; i < 12; i++) {
    const canvas = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
    drawShape(canvas, i % NAMES.length, random);
    const { data } = await model.predict(fromPixels(canvas, { channels: 1 }));
    const best = data.indexOf(Math.max(...data));
    const caption = document.createElement("figcaption");
    caption.textContent = `${NAMES[best]}, ${(100 * data[best]).toFixed(0)} %`;
    const figure = document.createElement("figure");
    figure.append(canvas, caption);
    figures.push(figure);
  }
  document.querySelector("#answers").replaceChildren(...figures);
}

button.addEventListener("click", async () => {
  button.disabled = true;
  const [shapes, kinds] = drawShapes();
  let epochs = 0;
  await model.fit(shapes, kinds, {
    epochs: 12,
    // predict may be called while fit runs: it comes between two steps.
    callbacks: {
      async onEpochEnd(epoch, { loss, accuracy }) {
        epochs = epoch + 1;
        status.textContent = `Epoch ${epochs}: loss ${loss.toFixed(3)}, accuracy ${(100 * accuracy).toFixed(1)} %`;
        await showAnswers();
      },
    },
  });
  button.disabled = false;
  button.textContent = "Train on";
});

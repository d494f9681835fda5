import { layers, Sequential, toCategorical } from "wasm-cnn";

const SIDE = 10;

/** Images of one bar each, upright or lying, between dots. In integers alone, so that they are the same on every engine. */
function bars(count) {
  const data = new Uint8Array(count * SIDE * SIDE);
  const labels = new Uint8Array(count);
  let state = 1;
  const random = (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 16) % below;
  };
  for (let image = 0; image < count; image++) {
    const pixels = data.subarray(image * SIDE * SIDE, (image + 1) * SIDE * SIDE);
    for (let dot = 0; dot < 25; dot++) pixels[random(SIDE * SIDE)] = 255;
    const [place, upright] = [random(SIDE), random(2)];
    for (let i = 0; i < SIDE; i++) pixels[upright ? i * SIDE + place : place * SIDE + i] = 255;
    labels[image] = upright;
  }
  return [{ data, shape: [count, SIDE, SIDE, 1] }, toCategorical(labels, 2)];
}

/** Trains a small network, and gives what shows whether it was the right one. */
export async function train() {
  const [images, labels] = bars(512);
  const model = new Sequential(
    [
      layers.rescaling({ scale: 1 / 255, inputShape: [SIDE, SIDE, 1] }),
      layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 16, activation: "relu" }),
      layers.dense({ units: 2, activation: "softmax" }),
    ],
    { seed: 1 },
  );
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"], threads: 2 });
  const { history } = await model.fit(images, labels, { epochs: 20, batchSize: 16 });
  const { accuracy } = await model.evaluate(images, labels);
  const fingerprint = await model.fingerprint();
  const backend = model.backendInfo();
  await model.dispose();
  return { loss: history.loss, accuracy, fingerprint, backend };
}

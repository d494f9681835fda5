// What a page needs to define, train and run the network of the README: `npm run size` measures it.
import { model } from "./network.js";

/** Trains, and gives the predictions for the images. */
globalThis.run = async () => {
  const count = 128;
  const images = { data: Uint8Array.from({ length: count * 784 }, (_, i) => i % 251), shape: [count, 28, 28, 1] };
  const labels = {
    data: Float32Array.from({ length: count * 10 }, (_, i) => Number(i % 11 === 0)),
    shape: [count, 10],
  };
  await model.fit(images, labels, { epochs: 1, batchSize: 64 });
  return model.predict(images);
};

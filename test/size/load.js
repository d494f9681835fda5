// What a page needs that loads a model and predicts: `npm run size` measures it.
import { loadModel } from "wasm-cnn";

globalThis.run = async (url) => {
  const model = await loadModel(url);
  const count = 128;
  return model.predict({ data: new Uint8Array(count * 784), shape: [count, 28, 28, 1] });
};

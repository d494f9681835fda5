import { listModels, loadModel, type ModelSnapshot, type Sequential } from "wasm-cnn";
import { type DigitImages, trainingSet } from "./digits.js";

/** The one model that the browser keeps for the page. */
const PLACE = "indexeddb://digits";
const EPOCHS = "epochs";

/** Keeps a model, and how many epochs its training was to have, in the browser's own storage. */
export async function saveInBrowser(model: Sequential, epochs: number): Promise<void> {
  await model.save(PLACE);
  localStorage.setItem(EPOCHS, String(epochs));
}

/** Whether there is a model of an earlier visit. A browser that keeps nothing has none. */
export async function isSavedInBrowser(): Promise<boolean> {
  try {
    return (await listModels("indexeddb")).includes(PLACE);
  } catch {
    return false;
  }
}

export function loadFromBrowser(): Promise<Sequential> {
  return loadModel(PLACE);
}

/** The epochs that the saved training was to have. */
export function savedEpochs(): number | undefined {
  return Number(localStorage.getItem(EPOCHS)) || undefined;
}

/** @throws in the library's words for a model of other images or answers, or one that cannot be trained */
export async function readTrainable(
  read: () => Promise<Sequential>,
  images: DigitImages,
): Promise<{ model: Sequential; snapshot: ModelSnapshot }> {
  const model = await read();
  try {
    await model.evaluate(...trainingSet(images, 1));
    return { model, snapshot: await model.snapshot() };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

import { type LoadedModel, modelFromBytes } from "wasm-cnn";
import { byId, create } from "./dom.js";
import { buildModel } from "./network.js";
import type { Session } from "./session.js";
import { readSettings } from "./trainPanel.js";

/** Downloading the model, and opening a file. */
export function startFilesBar(session: Session): void {
  const download = byId<HTMLButtonElement>("download");
  const open = byId<HTMLButtonElement>("open");
  const file = byId<HTMLInputElement>("file");

  download.addEventListener("click", () => void downloadModel(session));
  open.addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    // The same file may be chosen again.
    file.value = "";
    if (chosen) void session.open(() => readFile(session, chosen), readSettings());
  });

  const show = () => {
    download.disabled = !session.run;
    open.disabled = session.busy;
  };
  session.on(["status", "runs"], show);
  show();
}

export async function downloadModel({ model }: Session): Promise<void> {
  const address = URL.createObjectURL(new Blob([await model.toBytes("keras")]));
  create("a", { href: address, download: "digits.keras" }).click();
  // Not at once: the browser may not have begun to read it.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A whole model, or the network of the editor with the weights of a file that holds no more than those. */
async function readFile({ specs }: Session, file: File): Promise<LoadedModel> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (!specs || !/\.(weights\.h5|safetensors)$/i.test(file.name)) return modelFromBytes(bytes);
  const model = buildModel(specs, readSettings());
  try {
    await model.loadWeights(bytes);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

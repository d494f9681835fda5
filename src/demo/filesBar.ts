import { modelFromBytes, type Sequential } from "wasm-cnn";
import { byId, create } from "./dom.js";
import { buildModel } from "./network.js";
import { isSavedInBrowser, loadFromBrowser, savedEpochs } from "./saved.js";
import type { Session } from "./session.js";
import { readSettings } from "./trainPanel.js";

/** Downloading the model, opening a file, and going on with the training of an earlier visit. */
export function startFilesBar(session: Session): void {
  const download = byId<HTMLButtonElement>("download");
  const open = byId<HTMLButtonElement>("open");
  const file = byId<HTMLInputElement>("file");
  const resume = byId<HTMLButtonElement>("resume-saved");
  let saved = false;

  download.addEventListener("click", async () => {
    const bytes = await session.model.toBytes("keras");
    const address = URL.createObjectURL(new Blob([bytes]));
    create("a", { href: address, download: "digits.keras" }).click();
    // Not at once: the browser may not have begun to read it.
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  });
  open.addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    if (!chosen) return;
    await session.open(() => readFile(session, chosen), readSettings());
    // The same file may be chosen again.
    file.value = "";
  });
  resume.addEventListener("click", async () => {
    const settings = readSettings();
    const opened = await session.open(loadFromBrowser, { ...settings, epochs: savedEpochs() ?? settings.epochs });
    if (opened) await session.trainMore(readSettings());
  });

  const show = () => {
    const { busy, run } = session;
    download.disabled = !run;
    open.disabled = busy;
    resume.hidden = !saved || busy || run !== undefined;
  };
  session.on(["status", "runs"], show);
  show();
  void isSavedInBrowser().then((is) => {
    saved = is;
    show();
  });
}

/** A whole model, or the network of the editor with the weights of a file that holds no more than those. */
async function readFile({ specs }: Session, file: File): Promise<Sequential> {
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

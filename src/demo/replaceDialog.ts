import { byId, setText } from "./dom.js";
import { downloadModel } from "./filesBar.js";
import { percent, plural } from "./format.js";
import type { Run } from "./run.js";
import type { Session } from "./session.js";
import type { Replacement } from "./sessionState.js";

const QUESTIONS: Record<Replacement["by"], { title: string; what: string; go: string }> = {
  training: { title: "Train a new network?", what: "The new network", go: "Train a new one" },
  file: { title: "Open this model?", what: "The model in the file", go: "Open it" },
};

/** Asks before a trained network is lost. */
export function startReplaceDialog(session: Session): void {
  const dialog = byId<HTMLDialogElement>("replace");
  byId("replace-keep").addEventListener("click", () => dialog.close());
  byId("replace-go").addEventListener("click", () => dialog.close("go"));
  byId("replace-download").addEventListener("click", () => void downloadModel(session));

  session.askToReplace = async ({ by, ofOtherTab }) => {
    if (dialog.open) return false;
    const { title, what, go } = QUESTIONS[by];
    const { run } = session;
    const old = run ? `the trained one${resultOf(run)}` : "the one that this browser keeps of another visit";
    const others = run && ofOtherTab ? " Another tab of this page has kept a network since: that one goes too." : "";
    setText(byId("replace-title"), title);
    setText(byId("replace-text"), `${what} takes the place of ${old}, here and in what this browser keeps.${others}`);
    setText(byId("replace-go"), go);
    byId("replace-download").hidden = !run;
    dialog.returnValue = "";
    dialog.showModal();
    await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
    return dialog.returnValue === "go";
  };
}

function resultOf({ number, testAccuracy, progress }: Run): string {
  const right = testAccuracy === undefined ? "" : `, ${percent(testAccuracy, 2)} right`;
  return ` (run ${number}${right}, after ${plural(Number(progress.toFixed(2)), "epoch")})`;
}

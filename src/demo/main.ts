import { startConfusion } from "./confusion.js";
import { Curves } from "./curves.js";
import { imageAt } from "./digits.js";
import { byId } from "./dom.js";
import { DrawPad } from "./drawPad.js";
import { startEditor } from "./editor.js";
import { startFilesBar } from "./filesBar.js";
import { startGraphView } from "./graphView.js";
import { startLayersView } from "./layersView.js";
import { Live } from "./live.js";
import { startMistakes } from "./mistakes.js";
import { PRESETS } from "./network.js";
import { startProbabilities } from "./probabilities.js";
import { startReplaceDialog } from "./replaceDialog.js";
import { startRunsBar } from "./runsBar.js";
import { Session } from "./session.js";
import { Tabs } from "./tabs.js";
import { startTheme } from "./theme.js";
import { readSettings, startTrainPanel } from "./trainPanel.js";

startTheme();
const session = new Session(PRESETS["Three convolutions"]!, readSettings());
const live = new Live(session);
startTrainPanel(session);
startRunsBar(session, new Curves(session));
startProbabilities(live);
const pad = new DrawPad((digit) => live.setDigit(digit));

const showDigit = (image: Uint8Array) => {
  pad.show(image);
  byId("pad").scrollIntoView({ block: "nearest", behavior: "smooth" });
};
byId("sample").addEventListener("click", async () => {
  // Where there is none, the training's card says why.
  const digits = await session.digits.catch(() => undefined);
  if (digits) showDigit(imageAt(digits.test, Math.floor(Math.random() * digits.test.count)));
});
// A first image, so that there is something to see from the start; whoever draws, draws over it.
session.on("digits", async () => {
  const { test } = await session.digits;
  if (!live.digit) pad.show(imageAt(test, 0));
});

const tabs = new Tabs();
startLayersView(session, live, tabs);
const mistakes = startMistakes(session, showDigit);
startConfusion(session, (label, answer) => {
  mistakes.showOnly(label, answer);
  tabs.show("mistakes");
});
startEditor(session);
startGraphView(session);
startFilesBar(session);
startReplaceDialog(session);
void session.restore();

import { byId, create, setText } from "./dom.js";
import { count, duration, percent, plural } from "./format.js";
import { perFrame } from "./pacing.js";
import type { Settings } from "./run.js";
import type { Session } from "./session.js";

/** The settings as the fields have them. */
export function readSettings(): Settings {
  return {
    batchSize: numberOf("batch-size"),
    learningRate: numberOf("learning-rate"),
    epochs: numberOf("epochs"),
    images: numberOf("images"),
    seed: numberOf("seed"),
  };
}

/** Writes settings into the fields; a list gets what it does not offer yet. */
function writeSettings({ batchSize, learningRate, epochs, images, seed }: Settings): void {
  const values = { "batch-size": batchSize, "learning-rate": learningRate, epochs, images, seed };
  for (const [id, value] of Object.entries(values)) {
    const field = byId<HTMLInputElement | HTMLSelectElement>(id);
    field.value = String(value);
    if (field.value !== "") continue;
    field.append(create("option", { value }, String(value)));
    field.value = String(value);
  }
}

function numberOf(id: string): number {
  return Number(byId<HTMLInputElement | HTMLSelectElement>(id).value);
}

/** The buttons, the fields and the figures of the training. */
export function startTrainPanel(session: Session): void {
  const main = byId<HTMLButtonElement>("train");
  const more = byId<HTMLButtonElement>("train-more");
  const stop = byId<HTMLButtonElement>("stop");

  main.addEventListener("click", () => {
    if (session.status === "training") session.pause();
    else if (session.status === "paused") session.resume();
    else void session.train(readSettings());
  });
  more.addEventListener("click", () => void session.trainMore(readSettings()));
  stop.addEventListener("click", () => session.stop());
  byId("retry").addEventListener("click", () => session.load());
  byId("learning-rate").addEventListener("change", () => session.setLearningRate(readSettings().learningRate));

  session.on("opened", () => writeSettings(session.run!.settings));

  const showButtons = () => {
    const { status, busy, run } = session;
    const label = { idle: run ? "Train again" : "Train", starting: "Train", training: "Pause", paused: "Resume" };
    setText(byId("train-label"), status === "stopping" ? "Pause" : label[status]);
    main.dataset.icon = status === "training" || status === "stopping" ? "pause" : "play";
    main.disabled = status === "starting" || status === "stopping" || (status === "idle" && !session.specs);
    more.hidden = busy || !run;
    stop.hidden = !busy;
    stop.disabled = status === "stopping";
    // What a run has begun with stays; the learning rate may change at any time.
    for (const id of ["batch-size", "epochs", "images", "seed"]) byId<HTMLInputElement>(id).disabled = busy;
  };

  const showFigures = () => {
    const { run, pace, status } = session;
    const { rate } = pace;
    const accuracy = run?.testAccuracy;
    setText(byId("figure-accuracy"), accuracy === undefined ? "–" : percent(accuracy, 2));
    setText(byId("figure-rate"), rate === undefined ? "–" : count(rate));
    const left = run && rate ? ((session.goal - run.progress) * run.settings.images) / rate : undefined;
    const shown = session.busy && status !== "starting" && left !== undefined;
    setText(byId("figure-left"), shown ? duration(left) : "–");
    // Without workers it is the page's own.
    setText(byId("figure-threads"), String(Math.max(1, session.model.backendInfo().threads)));
    setText(byId("status"), statusText(session));
    const bar = byId<HTMLProgressElement>("progress");
    bar.value = progressOf(session);
    byId("problem").hidden = session.problem === "";
    byId("retry").hidden = !session.loadFailed;
    setText(byId("problem"), session.problem);
  };
  const drawFigures = perFrame(showFigures);

  session.on(["status", "runs"], () => {
    showButtons();
    showFigures();
  });
  session.on(["step", "test", "loading"], drawFigures);
  showButtons();
  showFigures();
}

function progressOf({ status, loaded, run, goal, busy }: Session): number {
  if (status === "starting") return loaded;
  if (!run || !busy) return 0;
  const first = goal - run.settings.epochs;
  return Math.min(1, (run.progress - first) / run.settings.epochs);
}

function statusText({ status, loaded, run, goal, testing, problem, test, specs }: Session): string {
  if (status === "starting") return loaded < 1 ? `Fetching the digits, ${percent(loaded, 0)}` : "Getting ready";
  if (status === "stopping") return "Stopping";
  if (testing) return "Testing on images it has never seen";
  if (run && status !== "idle") {
    const epochs = run.settings.epochs;
    const epoch = Math.min(epochs, Math.floor(run.progress - goal + epochs) + 1);
    return `${status === "paused" ? "Paused in" : "Training,"} epoch ${epoch} of ${epochs}`;
  }
  if (!specs) return "The layers of the network do not fit";
  if (run && test) return `${plural(test.mistakes.length, "mistake")} on ${count(test.images)} test images`;
  if (problem) return "";
  return loaded < 1 ? `Fetching the digits, ${percent(loaded, 0)}` : "Ready";
}

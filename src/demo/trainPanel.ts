import { backendInfo } from "wasm-cnn";
import { byId, create, setText } from "./dom.js";
import { fieldProblem } from "./fields.js";
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
    else if (settingsAreRight()) void session.train(readSettings());
  });
  more.addEventListener("click", () => {
    if (settingsAreRight()) void session.trainMore(readSettings());
  });
  for (const [id] of TYPED) byId(id).addEventListener("input", () => showSettingsProblem());
  stop.addEventListener("click", () => session.stop());
  byId("retry").addEventListener("click", () => session.load());
  byId("learning-rate").addEventListener("change", () => session.setLearningRate(readSettings().learningRate));

  session.on("opened", () => {
    writeSettings(session.run!.settings);
    showSettingsProblem();
  });

  const showButtons = () => {
    const { status, busy, run } = session;
    const train = run ? "Train a new one" : "Train";
    const labels = {
      idle: train,
      opening: train,
      starting: "Train",
      training: "Pause",
      paused: "Resume",
      stopping: "Pause",
    };
    setText(byId("train-label"), labels[status]);
    main.dataset.icon = status === "training" || status === "stopping" ? "pause" : "play";
    main.disabled = ["opening", "starting", "stopping"].includes(status) || (status === "idle" && !session.specs);
    more.hidden = busy || !run;
    stop.hidden = !busy || status === "opening";
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
    const training = session.busy && !["opening", "starting"].includes(status);
    setText(byId("figure-left"), training && left !== undefined ? duration(left) : "–");
    setText(byId("figure-threads"), String(threadsOf(session)));
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

/** Workers that are at work or will be: they come with the first step. Without any it is the page's own thread. */
function threadsOf({ model }: Session): number {
  const { threads, reason } = model.backendInfo();
  return threads || (reason ? 1 : Math.max(1, backendInfo().threads));
}

/** The fields that take any number. */
const TYPED = [
  ["epochs", "Epochs"],
  ["seed", "Seed"],
] as const;

function showSettingsProblem(): HTMLInputElement | undefined {
  const fields = TYPED.map(([id, name]) => ({ field: byId<HTMLInputElement>(id), name }));
  const wrong = fields.find(({ field, name }) => fieldProblem(field, name) !== "");
  setText(byId("settings-problem"), wrong ? fieldProblem(wrong.field, wrong.name) : "");
  byId("settings-problem").hidden = !wrong;
  return wrong?.field;
}

/** Whether a training can begin with the settings; if not, leads to what is wrong. */
function settingsAreRight(): boolean {
  const wrong = showSettingsProblem();
  wrong?.focus();
  return !wrong;
}

function progressOf({ status, loaded, run, goal, busy }: Session): number {
  if (status === "starting" || status === "opening") return loaded;
  if (!run || !busy) return 0;
  const first = goal - run.settings.epochs;
  return Math.min(1, (run.progress - first) / run.settings.epochs);
}

function statusText({ status, loaded, run, goal, testing, problem, test, specs }: Session): string {
  if (status === "starting" || status === "opening")
    return loaded < 1 ? `Fetching the digits, ${percent(loaded, 0)}` : "Getting ready";
  if (status === "stopping") return "Stopping";
  if (testing) return "Testing on images it has never seen";
  if (run && status !== "idle") {
    const epochs = run.settings.epochs;
    const epoch = Math.min(epochs, Math.floor(run.progress - goal + epochs) + 1);
    return `${status === "paused" ? "Paused in" : "Training,"} epoch ${epoch} of ${epochs}`;
  }
  if (!specs) return "The network needs a change before it can be trained";
  if (run && test) return `${plural(test.mistakes.length, "mistake")} on ${count(test.images)} test images`;
  if (problem) return "";
  return loaded < 1 ? `Fetching the digits, ${percent(loaded, 0)}` : "Ready";
}

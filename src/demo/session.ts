import { type FitPosition, type LoadedModel, modelFromBytes, type Sequential } from "wasm-cnn";
import { trainingSet } from "./digits.js";
import { Keeper } from "./kept.js";
import { buildModel, type LayerSpec, specsOf } from "./network.js";
import { Pace } from "./pace.js";
import { Run, type Settings, settingsOf } from "./run.js";
import { messageOf, type Replacement, SessionState, type Status } from "./sessionState.js";
import { type TestResult, testModel } from "./testing.js";
import { readTrainable, type Trainable } from "./trainable.js";

/** What the page is about: the data, the network, its training. The views listen and call; none knows another. */
export class Session extends SessionState {
  model: Sequential;
  /** Layers of the next run, or undefined if they do not fit. */
  specs: readonly LayerSpec[] | undefined;
  /** The present run first. */
  runs: readonly Run[] = [];
  /** The last test of the present network, and after how many epochs of training it was. */
  test: (TestResult & { readonly epoch: number }) | undefined;
  testing = false;
  /** The progress of the run at which the training will end. */
  goal = 0;
  readonly pace = new Pace();
  /** Asks whether a trained network may be replaced. A view sets it: unasked, none is. */
  askToReplace: (replacement: Replacement) => Promise<boolean> = async () => false;
  readonly #keeper = new Keeper();
  /** Whether the present network has changed in this visit: else there is nothing new to keep. */
  #changed = false;
  #resume: (() => void) | undefined;
  #resumed: Promise<void> | undefined;
  #pendingTest: Promise<void> | undefined;

  constructor(specs: readonly LayerSpec[], settings: Settings) {
    super();
    this.specs = specs;
    this.model = buildModel(specs, settings);
    this.on("digits", () => {
      if (this.run && !this.busy && !this.tested) void this.testNow();
    });
    this.load();
  }

  get run(): Run | undefined {
    return this.runs[0];
  }

  /**
   * Takes the layers for the next run; a network made of them is shown at once as long as none has been trained. Without
   * layers there is no next run: those at hand do not fit.
   */
  setNetwork(specs: readonly LayerSpec[] | undefined, settings: Settings): void {
    this.specs = specs;
    if (specs && !this.run && !this.busy) this.#use(buildModel(specs, settings));
    this.emit("status");
  }

  #use(model: Sequential): void {
    const old = this.model;
    this.model = model;
    this.test = undefined;
    old.dispose();
    this.emit("model");
  }

  /** Trains a new network, if it may take the place of the present one. Ends when the training has ended. */
  async train(settings: Settings): Promise<void> {
    const { specs } = this;
    if (!specs || this.busy || !(await this.#mayReplace("training"))) return;
    await this.#working("starting", async () => {
      const model = buildModel(specs, settings);
      try {
        await this.#fit(model, settings, () => {
          this.#use(model);
          this.#addRun(settings);
          this.emit("runs");
        });
      } finally {
        if (this.model !== model) model.dispose();
      }
    });
  }

  /**
   * Trains the present network further: from where it was, to the next multiple of the epochs that are set. An epoch that has
   * begun with another batch size or other images cannot go on, and a new one begins.
   */
  async trainMore(settings: Settings): Promise<void> {
    const { run } = this;
    if (!run) return;
    await this.#working("starting", async () => {
      const { batchSize, images } = run.settings;
      const another = run.midEpoch && (batchSize !== settings.batchSize || images !== settings.images);
      const position = another ? undefined : (await this.model.snapshot()).progress?.fit;
      if (another) run.endEpoch();
      run.settings = { ...settings, seed: run.settings.seed };
      this.setLearningRate(settings.learningRate);
      await this.#fit(this.model, settings, () => {}, position);
    });
  }

  /**
   * Takes a saved model in place of the present one, if it may, and its training's settings; those it does not hold are the
   * given ones. One that is damaged or not for these digits changes nothing.
   */
  async open(read: () => Promise<LoadedModel>, settings: Settings): Promise<void> {
    await this.#working("opening", async () => {
      const opened = await readTrainable(read, settings.learningRate);
      if (!(await this.#mayReplace("file"))) return opened.model.dispose();
      this.#take(opened);
      this.#addRun(settingsOf(opened.model, opened.snapshot, settings)).start(opened.snapshot.progress?.fit);
      this.#changed = true;
      this.emit("opened");
    });
  }

  /** Takes what the browser has kept of an earlier visit: the network and all runs. */
  async restore(): Promise<void> {
    await this.#working("opening", async () => {
      const kept = await this.#keeper.read().catch(() => undefined);
      if (!kept) return;
      try {
        const runs = kept.runs.map(Run.of);
        this.#take(await readTrainable(() => modelFromBytes(kept.model), runs[0]!.settings.learningRate));
        this.runs = runs;
      } catch (cause) {
        throw new Error(`What this browser keeps of an earlier visit can't be read: ${messageOf(cause)}`, { cause });
      }
      this.emit("opened");
    });
  }

  #take({ model, snapshot }: Trainable): void {
    this.#use(model);
    this.specs = specsOf(snapshot) ?? this.specs;
  }

  #addRun(settings: Settings): Run {
    const run = new Run((this.run?.number ?? 0) + 1, settings, this.model.countParams());
    this.runs = [run, ...this.runs];
    return run;
  }

  /** Asks, where there is something to lose: here, or in what the browser keeps. */
  async #mayReplace(by: Replacement["by"]): Promise<boolean> {
    const version = await this.#keeper.version();
    if (!this.run && version === undefined) return true;
    if (!(await this.askToReplace({ by, ofOtherTab: this.#keeper.isForeign(version) }))) return false;
    this.#keeper.release(version);
    return true;
  }

  async #working(status: Status, work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    if (this.loadFailed) this.load();
    this.problem = "";
    this.setStatus(status);
    try {
      await this.#pendingTest;
      await work();
    } catch (error) {
      this.report(error);
    }
    if (this.run) this.run.fingerprint = (await this.model.fingerprint()).slice(0, 8);
    this.setStatus("idle");
    this.emit("runs");
    if (this.run && !this.tested) await this.testNow();
  }

  async #fit(model: Sequential, settings: Settings, begin: () => void, from?: FitPosition): Promise<void> {
    const { train } = await this.digits;
    if (this.status === "stopping") return;
    const { batchSize, images } = settings;
    const before = from?.epoch ?? 0;
    const epochs = (Math.floor(before / settings.epochs) + 1) * settings.epochs;
    await model.fit(...trainingSet(train, images), {
      batchSize,
      epochs,
      ...(from && { resumeFrom: true }),
      callbacks: {
        onTrainBegin: () => {
          begin();
          this.#changed = true;
          this.goal = this.run!.epochs + epochs - before;
          // Stop may have been pressed since.
          if (this.status === "starting") this.setStatus("training");
          else model.stopTraining = true;
        },
        onEpochBegin: () => this.pace.start(performance.now()),
        onBatchEnd: (batch, logs) => {
          this.run!.addBatch(batch, batchSize, logs);
          this.pace.add(Math.min(batchSize, images - batch * batchSize), performance.now());
          this.emit("step");
          return this.#resumed && this.#pause();
        },
        onEpochEnd: async () => {
          if (!this.run!.midEpoch) this.run!.endEpoch();
          await this.#save();
          if (!model.stopTraining) await this.testNow();
          await this.#pause();
        },
      },
    });
  }

  /** Keeps the network and the runs in the browser, for the next visit. Where that fails, the training goes on. */
  async #save(): Promise<void> {
    try {
      const runs = this.runs.map((run) => run.state);
      await this.#keeper.write({ model: await this.model.toBytes("keras"), runs });
    } catch (error) {
      this.report(error);
    }
  }

  /** Waits while the training is paused, and for a test that was begun meanwhile. */
  async #pause(): Promise<void> {
    if (!this.#resumed) return;
    await this.#save();
    await this.#resumed;
    await this.#pendingTest;
    this.pace.start(performance.now());
  }

  pause(): void {
    if (this.status !== "training") return;
    this.#resumed = new Promise((resolve) => {
      this.#resume = resolve;
    });
    this.setStatus("paused");
  }

  resume(): void {
    if (this.status !== "paused") return;
    this.#release();
    this.setStatus("training");
  }

  /** Ends the training after the current batch; the weights stay as they are. */
  stop(): void {
    if (!this.busy) return;
    this.model.stopTraining = true;
    this.setStatus("stopping");
    this.#release();
  }

  #release(): void {
    this.#resume?.();
    this.#resumed = undefined;
  }

  /** May be changed at any time. */
  setLearningRate(rate: number): void {
    if (this.model.optimizer) this.model.optimizer.learningRate = rate;
  }

  /** Whether the last test was of the weights as they are. */
  get tested(): boolean {
    return this.test?.epoch === (this.run?.progress ?? 0);
  }

  /** Whether a test would see one and the same network throughout. */
  get canTest(): boolean {
    return !this.testing && (this.status === "idle" || this.status === "paused");
  }

  /** Tests the network on all test images. */
  testNow(): Promise<void> {
    this.#pendingTest ??= this.#runTest().finally(() => {
      this.#pendingTest = undefined;
    });
    return this.#pendingTest;
  }

  async #runTest(): Promise<void> {
    const { model, run } = this;
    let added = false;
    try {
      const { test } = await this.digits;
      this.testing = true;
      this.emit("test");
      const cancelled = () => !["idle", "training", "paused"].includes(this.status) || this.model !== model;
      const result = await testModel(model, test, cancelled);
      if (result) {
        this.test = { ...result, epoch: run?.progress ?? 0 };
        added = run?.addTest(result.loss, result.accuracy) ?? false;
      }
    } catch (error) {
      this.report(error);
    }
    this.testing = false;
    this.emit("test");
    if (added && this.#changed) await this.#save();
  }
}

import type { FitPosition, Sequential } from "wasm-cnn";
import { type Digits, loadDigits, trainingSet } from "./digits.js";
import { Emitter } from "./emitter.js";
import { buildModel, type LayerSpec, specsOf } from "./network.js";
import { Pace } from "./pace.js";
import { Run, type Settings, settingsOf } from "./run.js";
import { readTrainable, saveInBrowser } from "./saved.js";
import { type TestResult, testModel } from "./testing.js";

export type Status = "idle" | "starting" | "training" | "paused" | "stopping";

/**
 * `loading`: more of MNIST is here. `digits`: all of it. `status`: of the training. `step`: the weights have changed. `model`: another one.
 * `runs`: one has begun or ended. `test`: a test has begun or ended. `opened`: the model is one that was saved, with its settings.
 */
export type SessionEvent = "loading" | "digits" | "status" | "step" | "model" | "runs" | "test" | "opened";

/** What the page is about: the data, the network, its training. The views listen and call; none knows another. */
export class Session extends Emitter<SessionEvent> {
  /** Rejects if MNIST could not be fetched; `load` tries again. */
  digits!: Promise<Digits>;
  /** Share of MNIST that is here, 0 to 1. */
  loaded = 0;
  loadFailed = false;
  status: Status = "idle";
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
  /** What went wrong last, for people. */
  problem = "";
  readonly pace = new Pace();
  #runNumber = 0;
  #resume: (() => void) | undefined;
  #resumed: Promise<void> | undefined;
  #pendingTest: Promise<void> | undefined;

  constructor(specs: readonly LayerSpec[], settings: Settings) {
    super();
    this.specs = specs;
    this.model = buildModel(specs, settings);
    this.load();
  }

  /** Fetches MNIST: at first, and again after it has failed. */
  load(): void {
    this.loaded = 0;
    this.loadFailed = false;
    this.problem = "";
    this.digits = loadDigits((share) => {
      this.loaded = share;
      this.emit("loading");
    });
    this.digits.then(
      () => this.emit("digits"),
      (error: unknown) => {
        this.loadFailed = true;
        this.#report(error);
      },
    );
    this.emit("status");
  }

  get run(): Run | undefined {
    return this.runs[0];
  }

  get busy(): boolean {
    return this.status !== "idle";
  }

  /**
   * Takes the layers for the next run and a network made of them, which is shown at once as long as none has been trained.
   * Without layers there is no next run: those at hand do not fit.
   */
  setNetwork(specs: readonly LayerSpec[] | undefined, model?: Sequential): void {
    this.specs = specs;
    if (model && !this.run && !this.busy) this.#use(model);
    else model?.dispose();
    this.emit("status");
  }

  #use(model: Sequential): void {
    const old = this.model;
    this.model = model;
    this.test = undefined;
    old.dispose();
    this.emit("model");
  }

  /** Trains a new network. Ends when the training has ended. */
  async train(settings: Settings): Promise<void> {
    const { specs } = this;
    if (!specs) return;
    await this.#training(async () => {
      const model = buildModel(specs, settings);
      try {
        await this.#fit(model, settings, () => {
          this.#use(model);
          this.runs = [new Run(++this.#runNumber, settings, model.countParams()), ...this.runs];
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
    await this.#training(async () => {
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
   * Takes a saved model in place of the present one, and its training's settings; those it does not hold are the given ones.
   * One that is damaged or not for these digits changes nothing.
   * @returns whether it has been taken
   */
  async open(read: () => Promise<Sequential>, settings: Settings): Promise<boolean> {
    let model: Sequential | undefined;
    await this.#training(async () => {
      const { test } = await this.digits;
      const opened = await readTrainable(read, test);
      model = opened.model;
      this.#use(model);
      this.specs = specsOf(opened.snapshot) ?? this.specs;
      const run = new Run(++this.#runNumber, settingsOf(model, opened.snapshot, settings), model.countParams());
      run.start(opened.snapshot.progress?.fit);
      this.runs = [run, ...this.runs];
      this.emit("opened");
    });
    return model !== undefined && this.model === model;
  }

  async #training(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    if (this.loadFailed) this.load();
    this.problem = "";
    this.#setStatus("starting");
    try {
      await this.#pendingTest;
      await work();
    } catch (error) {
      this.#report(error);
    }
    if (this.run) this.run.fingerprint = (await this.model.fingerprint()).slice(0, 8);
    this.#setStatus("idle");
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
          this.goal = this.run!.epochs + epochs - before;
          // Stop may have been pressed since.
          if (this.status === "starting") this.#setStatus("training");
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

  /** Keeps the model in the browser, for the next visit. Where that fails, the training goes on. */
  #save(): Promise<void> {
    return saveInBrowser(this.model, this.run!.settings.epochs).catch((error: unknown) => this.#report(error));
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
    this.#setStatus("paused");
  }

  resume(): void {
    if (this.status !== "paused") return;
    this.#release();
    this.#setStatus("training");
  }

  /** Ends the training after the current batch; the weights stay as they are. */
  stop(): void {
    if (!this.busy) return;
    this.model.stopTraining = true;
    this.#setStatus("stopping");
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
    this.testing = true;
    this.emit("test");
    try {
      const { test } = await this.digits;
      const cancelled = () => this.status === "starting" || this.status === "stopping" || this.model !== model;
      const result = await testModel(model, test, cancelled);
      if (result) {
        this.test = { ...result, epoch: run?.progress ?? 0 };
        run?.addTest(result.loss, result.accuracy);
      }
    } catch (error) {
      this.#report(error);
    }
    this.testing = false;
    this.emit("test");
  }

  #report(error: unknown): void {
    this.problem = error instanceof Error ? error.message : String(error);
    this.emit("status");
  }

  #setStatus(status: Status): void {
    this.status = status;
    this.emit("status");
  }
}

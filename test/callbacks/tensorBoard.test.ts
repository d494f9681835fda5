import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PbfReader } from "pbf";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TensorBoard } from "wasm-cnn";
import { encodeRecord } from "../../dist/callbacks/eventRecord.js";
import { smallData, smallModel } from "../model/small.js";

const { x, y } = smallData(24);

/** What TensorFlow 2.21 writes for the three events below (tf.io.TFRecordWriter and event_pb2). */
const TENSORFLOWS =
  "GAAAAAAAAACjf0siCQAACED8VNlBGg1icmFpbi5FdmVudDoyi75gyCEAAAAAAAAAAXvs9gkAAGBA/FTZQRCsAioTChEKCmVwb2NoX2xvc3MVAAAAP+Eg0FkiAAAAAAAAAHgRPf0JAABgQPxU2UEqFwoVCg5iYXRjaF9hY2N1cmFjeRUAAAAAnMXFdA==";

interface Scalar {
  readonly step: number;
  readonly tag: string;
  readonly value: number;
}

/** The scalars of the only event file in a folder, after its version. */
function scalarsIn(folder: string): Scalar[] {
  const names = readdirSync(folder);
  expect(names.length).toBe(1);
  expect(names[0]).toMatch(/^events\.out\.tfevents\.\d{10}\./);
  const file = readFileSync(join(folder, names[0]!));
  const scalars: Scalar[] = [];
  let version = "";
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    const event = { step: 0, tag: "", value: Number.NaN };
    new PbfReader(file.subarray(at + 12, at + 12 + length)).readFields((field, _, pbf) => {
      if (field === 2) event.step = pbf.readVarint();
      if (field === 3) version = pbf.readString();
      if (field !== 5) return;
      pbf.readMessage((_field, _summary, inner) => {
        inner.readMessage((each, _value, value) => {
          if (each === 1) event.tag = value.readString();
          if (each === 2) event.value = value.readFloat();
        }, undefined);
      }, undefined);
    }, undefined);
    if (event.tag) scalars.push(event);
    at += 16 + length;
  }
  expect(version).toBe("brain.Event:2");
  return scalars;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wasm-cnn-tensorboard-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("TensorBoard", () => {
  it("writes the bytes that TensorFlow writes", () => {
    const records = [
      encodeRecord({ wallTime: 1700000000.125, fileVersion: "brain.Event:2" }),
      encodeRecord({ wallTime: 1700000001.5, step: 300, tag: "epoch_loss", value: 0.5 }),
      encodeRecord({ wallTime: 1700000001.5, step: 0, tag: "batch_accuracy", value: 0 }),
    ];
    expect(Buffer.concat(records).toString("base64")).toBe(TENSORFLOWS);
  });

  it("writes losses, metrics and learning rates of epochs, and those of validation beside them", async () => {
    const logDir = join(folder, "runs", "first");
    const options = { epochs: 3, batchSize: 8, validationData: [x, y] as const };
    const { history } = await smallModel().fit(x, y, { ...options, callbacks: new TensorBoard({ logDir }) });
    const of = (scalars: readonly Scalar[], tag: string) => scalars.filter((each) => each.tag === tag);
    const train = scalarsIn(join(logDir, "train"));
    expect([...new Set(train.map(({ tag }) => tag))]).toEqual(["epoch_accuracy", "epoch_loss", "epoch_learning_rate"]);
    expect(of(train, "epoch_loss").map(({ value }) => value)).toEqual(history.loss!.map(Math.fround));
    expect(of(train, "epoch_loss").map(({ step }) => step)).toEqual([0, 1, 2]);
    expect(of(train, "epoch_learning_rate").map(({ value }) => value)).toEqual([0, 1, 2].map(() => Math.fround(0.001)));
    const validation = scalarsIn(join(logDir, "validation"));
    expect(of(validation, "epoch_accuracy").map(({ value }) => value)).toEqual(history.val_accuracy!.map(Math.fround));
    expect(of(validation, "evaluation_loss_vs_iterations").map(({ step }) => step)).toEqual([3, 6, 9]);
    expect(validation.length).toBe(3 * 4);
  });

  it("writes batches as updateFreq says, also where training goes on", async () => {
    const steps = async (logDir: string, updateFreq: "batch" | number, fits: readonly object[]) => {
      const model = smallModel();
      for (const [i, options] of fits.entries()) {
        const callbacks = new TensorBoard({
          logDir: join(folder, `${logDir}${i}`),
          updateFreq,
          writeStepsPerSecond: true,
        });
        await model.fit(x, y, { epochs: 2, batchSize: 8, ...options, callbacks });
      }
      return fits.map((_, i) => {
        const batches = scalarsIn(join(folder, `${logDir}${i}`, "train")).filter(({ tag }) => tag.startsWith("batch_"));
        const speeds = batches.filter(({ tag }) => tag === "batch_steps_per_second");
        expect(speeds.every(({ value }) => value > 0)).toBe(true);
        return batches.filter(({ tag }) => tag === "batch_loss").map(({ step }) => step);
      });
    };
    expect(await steps("all", "batch", [{}])).toEqual([[1, 2, 3, 4, 5, 6]]);
    expect(await steps("some", 4, [{}])).toEqual([[4]]);
    const parts = [{}, { epochs: 4, resumeFrom: true }];
    expect(await steps("resumed", 4, parts)).toEqual([[4], [8, 12]]);
  });

  it("refuses wrong options and folders that cannot be", async () => {
    for (const [options, message] of [
      [{ logDir: 3 }, "TensorBoard.logDir: expected a folder, got 3"],
      [{ updateFreq: "step" }, 'TensorBoard.updateFreq: expected "batch", "epoch" or a number of steps, got "step"'],
      [{ updateFreq: 0 }, "TensorBoard.updateFreq: expected an integer >= 1, got 0"],
      [{ histogramFreq: 1 }, 'got "histogramFreq"'],
    ] as const) {
      expect(() => new TensorBoard(options as never)).toThrow(message);
    }
    const callbacks = new TensorBoard({ logDir: "/dev/null/logs" });
    await expect(smallModel().fit(x, y, { callbacks })).rejects.toThrow(/ENOTDIR|EEXIST/);
  });
});

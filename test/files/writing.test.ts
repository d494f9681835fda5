import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadModel } from "wasm-cnn";
import { checkWritable } from "../../src/files/storage.js";
import { smallModel } from "../model/small.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wasm-cnn-writing-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const model = smallModel();
const path = (...names: string[]) => join(folder, ...names);
const same = async (file: string) =>
  expect((await loadModel(file)).fingerprint()).resolves.toBe(await model.fingerprint());
/** What a process that has ended leaves: its number, some digits. */
const endedProcess = () => execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }).trim();

describe("save", () => {
  it("writes through links, be they relative, one to the next, or to what is not there yet", async () => {
    mkdirSync(path("real"));
    writeFileSync(path("real", "old.keras"), "old");
    symlinkSync("real", path("folder"));
    symlinkSync(join("folder", "old.keras"), path("second.keras"));
    symlinkSync("second.keras", path("first.keras"));
    symlinkSync(join("real", "new.keras"), path("dangling.keras"));
    for (const [link, file] of [
      ["first.keras", "old.keras"],
      ["dangling.keras", "new.keras"],
    ] as const) {
      await model.save(path(link));
      expect(lstatSync(path(link)).isSymbolicLink()).toBe(true);
      expect(lstatSync(path("real", file)).isFile()).toBe(true);
      await same(path("real", file));
    }
    expect(readlinkSync(path("first.keras"))).toBe("second.keras");
    symlinkSync("loop.keras", path("loop.keras"));
    await expect(model.save(path("loop.keras"))).rejects.toThrow(
      /save: expected a place that can be written, got .*link/,
    );
  });

  it.skipIf(process.platform === "win32")("keeps the permissions of a file, and the mask for a new one", async () => {
    writeFileSync(path("secret.keras"), "old");
    for (const mode of [0o600, 0o666, 0o640]) {
      chmodSync(path("secret.keras"), mode);
      await model.save(path("secret.keras"));
      expect(statSync(path("secret.keras")).mode & 0o777).toBe(mode);
    }
    await model.save(path("new.keras"));
    expect(statSync(path("new.keras")).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  it.skipIf(process.getuid?.() !== 0)("keeps the owner of a file, as far as it may", async () => {
    writeFileSync(path("theirs.keras"), "old");
    execFileSync("chown", ["1234:2345", path("theirs.keras")]);
    await model.save(path("theirs.keras"));
    expect(statSync(path("theirs.keras"))).toMatchObject({ uid: 1234, gid: 2345 });
  });

  it.skipIf(process.platform === "win32")("refuses what is no regular file, and leaves it as it is", async () => {
    mkdirSync(path("folder.keras"));
    execFileSync("mkfifo", [path("pipe.keras")]);
    symlinkSync("/dev/null", path("device.keras"));
    for (const [name, kind] of [
      ["folder.keras", "a folder"],
      ["pipe.keras", "a pipe"],
      ["device.keras", "a device"],
    ] as const) {
      const before = statSync(path(name));
      const message = `save: expected a place that can be written, got ${kind} at `;
      await expect(model.save(path(name))).rejects.toThrow(message);
      await expect(checkWritable("save", path(name))).rejects.toThrow(message);
      expect(statSync(path(name)).mode).toBe(before.mode);
    }
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(["device.keras", "folder.keras", "pipe.keras"]);
  });

  it("says where there is no folder", async () => {
    await expect(model.save(path("none", "a.keras"))).rejects.toThrow(/ can be written, got no folder .*none$/);
    writeFileSync(path("file"), "");
    await expect(model.save(path("file", "a.keras"))).rejects.toThrow(/ can be written, got ENOTDIR/);
  });

  it("is not stopped by what others have left, and clears it away", async () => {
    const now = Date.now() / 1_000;
    const leftovers = [`${process.pid}-0`, `${process.pid}-1`, `${endedProcess()}-a1`, `${process.ppid}-b2`];
    for (const [i, name] of leftovers.entries()) {
      writeFileSync(path(`a.keras.${name}.unfinished`), "half");
      if (i !== 2) utimesSync(path(`a.keras.${name}.unfinished`), now, now - 86_400);
    }
    // Of a process that is alive, of another file, and of the user.
    const kept = [
      `a.keras.${process.ppid}-c3.unfinished`,
      `b.keras.${endedProcess()}-0.unfinished`,
      "a.keras.unfinished",
    ];
    for (const name of kept) writeFileSync(path(name), "");
    await model.save(path("a.keras"));
    expect(readdirSync(folder).sort()).toEqual(["a.keras", ...kept].sort());
    await same(path("a.keras"));
  });

  it.each(["keras", "tfjs"] as const)("by several threads to one place leaves one whole model (%s)", async (format) => {
    const target = path("a.json");
    const models = [smallModel({ seed: 1 }), smallModel({ seed: 2 }), smallModel({ seed: 3 })];
    const threads = models.map(async (each) => {
      const workerData = { bytes: await each.toBytes(), target, format, times: 40 };
      const worker = new Worker(new URL("saveInThread.mjs", import.meta.url), { workerData });
      return new Promise((resolve, reject) => {
        worker.once("error", reject);
        worker.once("message", resolve);
      });
    });
    await Promise.all(threads);
    const prints = await Promise.all(models.map((each) => each.fingerprint()));
    expect(prints).toContain(await (await loadModel(target)).fingerprint());
    expect(readdirSync(folder).length).toBe(format === "keras" ? 1 : 2);
  });
});

describe("a place for a model", () => {
  it("is proved writable, and nothing changes", async () => {
    writeFileSync(path("old.keras"), "old");
    symlinkSync("new.keras", path("link.keras"));
    for (const name of ["old.keras", "other.keras", "link.keras"]) await checkWritable("--save", path(name));
    expect(readFileSync(path("old.keras"), "utf8")).toBe("old");
    expect(readdirSync(folder).sort()).toEqual(["link.keras", "old.keras"]);
    await expect(checkWritable("--save", path("none", "a.keras"))).rejects.toThrow(
      /^--save: expected a place that can be written, got no folder .*none$/,
    );
    await expect(checkWritable("--save", path("old.keras", "a.keras"))).rejects.toThrow(/got ENOTDIR/);
    await expect(checkWritable("--save", "indexeddb://a")).rejects.toThrow(/got an engine without indexedDB$/);
    await expect(checkWritable("--save", 3 as never)).rejects.toThrow(TypeError);
    expect(existsSync(path("new.keras"))).toBe(false);
  });

  it.skipIf(process.platform !== "linux")("is refused where the system makes no files", async () => {
    await expect(checkWritable("--save", "/proc/a.keras")).rejects.toThrow(
      "--save: expected a place that can be written, got no such file or folder: /proc/a.keras",
    );
  });
});

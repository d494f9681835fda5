import { afterEach, describe, expect, it, vi } from "vitest";
import { modelFromBytes } from "wasm-cnn";
import { Source } from "../../dist/files/hdf5/cursor.js";
import { readHdf5 } from "../../dist/files/hdf5/readHdf5.js";
import { writeHdf5 } from "../../dist/files/hdf5/writeHdf5.js";
import { KERAS_FILES, kerasFile } from "./kerasFixtures.js";

// The reader's work is counted: no byte of a file is read more than a few times, whatever the file says.

const ROOT = 96;
const text = (value: string) => [...value].map((letter) => letter.charCodeAt(0));

/** A file whose root object begins at byte 96. */
function file(length: number) {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  const u64 = (at: number, ...values: number[]) => {
    for (const [i, value] of values.entries()) view.setBigUint64(at + 8 * i, BigInt(value), true);
  };
  bytes.set([0x89, ...text("HDF\r\n\x1a\n")]);
  bytes[13] = bytes[14] = 8;
  u64(64, ROOT);
  return { bytes, view, u64 };
}

/** A header of version 1 with these messages; says where their bodies begin. */
function header({ bytes, view }: ReturnType<typeof file>, types: readonly number[], size: number): number[] {
  bytes[ROOT] = 1;
  view.setUint32(ROOT + 8, types.length * (8 + size), true);
  return types.map((type, i) => {
    const at = ROOT + 16 + i * (8 + size);
    view.setUint16(at, type, true);
    view.setUint16(at + 2, size, true);
    return at + 8;
  });
}

/** Each of `count` messages says that the header goes on in the same bytes. */
function continuations(count: number): Uint8Array {
  const hostile = file(ROOT + 16 + 32 * count);
  const end = ROOT + 16 + 24 * count;
  for (const [i, at] of header(hostile, Array(count).fill(0x10), 16).entries()) {
    hostile.u64(at, end + 8 * i, 8 * (count - i));
  }
  return hostile.bytes;
}

/** A group whose `count` entries have names without an end: each goes on to the end of the heap. */
function endlessNames(count: number): Uint8Array {
  const hostile = file(8_000 + 8 + 48 * count);
  const { bytes, view, u64 } = hostile;
  const [tree, heap, names] = [8_000, 200, 300];
  u64(header(hostile, [0x11], 16)[0]!, tree, heap);
  bytes.set(text("HEAP"), heap);
  u64(heap + 8, 7_600, 0, names);
  bytes.fill(0x61, names, names + 7_600);
  bytes.set(text("SNOD"), tree);
  view.setUint16(tree + 6, count, true);
  return bytes;
}

/** A tree of `count` nodes, each with one child. */
function deepTree(count: number): Uint8Array {
  const hostile = file(400 + 40 * count);
  const { bytes, view, u64 } = hostile;
  u64(header(hostile, [0x11], 16)[0]!, 400, 200);
  bytes.set(text("HEAP"), 200);
  u64(208, 8, 0, 300);
  for (let i = 0; i < count; i++) {
    bytes.set(text("TREE"), 400 + 40 * i);
    view.setUint16(406 + 40 * i, 1, true);
    u64(400 + 40 * i + 32, 400 + 40 * (i + 1));
  }
  return bytes;
}

/** Attributes of texts that all lie in the same place of one heap, or that are a byte long. */
function texts(count: number, width: number): Uint8Array {
  const size = 8 + 8 + 8 + 16 + width * count;
  const hostile = file(ROOT + 16 + 8 * (8 + size));
  for (const at of header(hostile, Array(8).fill(0x0c), size)) {
    const { bytes, view, u64 } = hostile;
    bytes[at] = 1;
    for (const [i, value] of [2, 8, 16].entries()) view.setUint16(at + 2 + 2 * i, value, true);
    bytes[at + 8] = 0x61;
    bytes[at + 16] = 0x13;
    view.setUint32(at + 20, width, true);
    bytes.set([1, 1], at + 24);
    u64(at + 32, count);
    bytes.fill(0x62, at + 40, at + 40 + width * count);
  }
  return hostile.bytes;
}

/** Counts the bytes that are read as numbers, by whomever. */
function countReads(): () => number {
  let bytes = 0;
  for (const [name, size] of Object.entries({ getUint8: 1, getUint16: 2, getUint32: 4, getBigUint64: 8 })) {
    const method = DataView.prototype[name as "getUint16"];
    vi.spyOn(DataView.prototype, name as "getUint16").mockImplementation(function (this: DataView, ...args) {
      bytes += size;
      return method.apply(this, args);
    });
  }
  return () => bytes;
}
afterEach(() => void vi.restoreAllMocks());

describe("the work of reading HDF5", () => {
  it.each([
    [
      "continuations of a header in one place",
      continuations(2_000),
      /parts that do not overlap, got more than 4 times/,
    ],
    ["twice as many of them", continuations(4_000), /parts that do not overlap, got more than 4 times/],
    ["names without an end", endlessNames(2_000), /parts that do not overlap, got more than 4 times/],
    ["a tree of 50,000 levels", deepTree(50_000), /expected 4 more bytes at \d+, got 0/],
    ["texts of one byte", texts(60_000, 1), /objects, links and texts in \d+ bytes, got more/],
  ])("is bounded by the length of the file: %s", async (_, bytes, message) => {
    const source = new Source(bytes);
    const reads = countReads();
    expect(() => readHdf5(bytes, source)).toThrow(message);
    expect(reads()).toBeLessThanOrEqual(source.read);
    expect(source.read).toBeLessThan(5 * bytes.length);
    expect(source.found).toBeLessThan(1_001 + bytes.length / 16 + 60_000);
    vi.restoreAllMocks();
    await expect(modelFromBytes(bytes)).rejects.toThrow(message);
  });

  it("is far from the limits in files of Keras", () => {
    for (const name of ["dense.h5", "dense.weights.h5", "image.h5", "image.keras2.h5", "many.h5", "many.weights.h5"]) {
      const bytes = kerasFile(name);
      const source = new Source(bytes);
      const reads = countReads();
      readHdf5(bytes, source);
      expect(reads(), KERAS_FILES + name).toBeGreaterThan(0);
      expect(reads()).toBeLessThanOrEqual(source.read);
      vi.restoreAllMocks();
      expect(source.read).toBeLessThan(bytes.length);
      expect(source.found).toBeLessThan(bytes.length / 150);
    }
  });

  it("is done once for each layer", async () => {
    const dense = { class_name: "Dense", config: { name: "d", units: 2, batch_input_shape: [null, 3] } };
    const config = { class_name: "Sequential", config: { name: "m", layers: [dense] } };
    const weights = { shape: [3, 2], data: new Float32Array(6) };
    const group = (attributes: [string, string[]][], children: [string, object][]) => ({
      attributes: new Map(attributes),
      children: new Map(children),
    });
    const bytes = (names: string[]) => {
      const d = group(
        [["weight_names", ["k", "b"]]],
        [
          ["k", weights],
          ["b", { shape: [2], data: new Float32Array(2) }],
        ],
      );
      const root = group([], [["model_weights", group([["layer_names", names]], [["d", d]])]]);
      return writeHdf5({ ...root, attributes: new Map([["model_config", JSON.stringify(config)]]) } as never);
    };
    expect((await modelFromBytes(bytes(["d"]))).countParams()).toBe(8);
    await expect(modelFromBytes(bytes(Array(900).fill("d")))).rejects.toThrow(
      ".h5 file: expected layer_names that are unlike, got twins",
    );
  });
});

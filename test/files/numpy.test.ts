import { describe, expect, it } from "vitest";
import { loadNpy, loadNpz, parseNpy } from "wasm-cnn";
import { loadVectors } from "../vectors/load.js";

const bytesOf = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const vectors = loadVectors("numpyFiles");
const npy = vectors.filter((each) => each.npy !== undefined);
const float = bytesOf(vectors.find(({ name }) => name === "<f4")!.npy!);

describe("loadNpy and loadNpz", () => {
  it.each(npy.map((each) => [each.name, each] as const))(
    "read what numpy writes: %s",
    async (_, { npy, shape, values }) => {
      const array = await loadNpy(bytesOf(npy!));
      expect(array.shape).toEqual(shape);
      expect(Array.from(array.data)).toEqual(values);
      expect(parseNpy(bytesOf(npy!))).toEqual(array);
    },
  );

  it.each(["savez", "savez_compressed"])("read what numpy writes: %s", async (name) => {
    const { x_train, y, ...others } = await loadNpz(
      new Blob([bytesOf(vectors.find((each) => each.name === name)!.npz!)]),
    );
    expect(others).toEqual({});
    expect(x_train!.data).toBeInstanceOf(Uint8Array);
    expect(x_train!.shape).toEqual([2, 2, 3]);
    expect(y).toEqual({ data: Float64Array.of(0, 1, 2, 3), shape: [4] });
  });

  it("refuse what is damaged or no numbers", async () => {
    const header = (text: string) =>
      Uint8Array.of(...float.subarray(0, 8), text.length, 0, ...new TextEncoder().encode(text));
    const wrong: [Uint8Array, string][] = [
      [float.subarray(0, -1), "expected 48 bytes of data for shape (2, 2, 3), got 47"],
      [float.subarray(0, 40), "expected a header of 118 bytes, got 30"],
      [new Uint8Array(20), "expected a .npy file, got other bytes"],
      [float.with(6, 9), "expected version 1, 2 or 3, got 9"],
      [header("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"), "expected numbers"],
      [
        header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }"),
        "expected descr, fortran_order and shape",
      ],
      [
        header("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }"),
        "expected a shape of at most 32 integers",
      ],
    ];
    for (const [bytes, message] of wrong) {
      expect(() => parseNpy(bytes), message).toThrow(`parseNpy: ${message}`);
      await expect(loadNpy(bytes)).rejects.toThrow(`loadNpy: ${message}`);
    }
    expect(() => parseNpy("a" as never)).toThrow("parseNpy: expected a Uint8Array or an ArrayBuffer");
    await expect(loadNpz(float)).rejects.toThrow("loadNpz: expected a zip archive");
  });
});

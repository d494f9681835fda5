import { zipSync } from "fflate";
import { expect, it } from "vitest";
import { modelFromBytes } from "wasm-cnn";
import { readSafetensors } from "wasm-cnn/files/safetensors";
import { smallModel } from "../model/small.js";

const text = (value: string) => new TextEncoder().encode(value);

it.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
  ["to_json()", text(JSON.stringify(smallModel())), /got a description without weights, .*modelFromJSON/],
  ["a notebook", text('{"cells":[],"nbformat":4}'), /got a notebook/],
  ["other JSON", text('{"name":"wasm-cnn"}'), /got other JSON$/],
  ["saved_model.pb", Uint8Array.of(8, 1, 0x12, 0x80, 2, 10), /got a SavedModel of TensorFlow/],
  [
    "a Git LFS pointer",
    text("version https://git-lfs.github.com/spec/v1\noid sha256:0"),
    /got a Git LFS pointer.*git lfs pull/,
  ],
  ["a web page", text("\n<!DOCTYPE html><html></html>"), /got a web page/],
  ["something else", text("hello"), /got another kind of file$/],
])("%s is told from a model", async (_, bytes, message) => {
  const error = await modelFromBytes(bytes).catch((error: Error) => error);
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).toMatch(
    /^modelFromBytes: expected a model in one of the formats keras, .*safetensors, got/,
  );
  expect((error as Error).message).not.toContain("onnx");
});

it("a zip of something else is told from a model", async () => {
  await expect(modelFromBytes(zipSync({ "a.txt": text("a") }))).rejects.toThrow(/got a zip archive of something else$/);
});

it("a counter among the weights of a safetensors file is passed over", () => {
  const header = JSON.stringify({
    count: { dtype: "I64", shape: [], data_offsets: [0, 8] },
    a: { dtype: "F32", shape: [1], data_offsets: [8, 12] },
    b: { dtype: "F64", shape: [1], data_offsets: [12, 20] },
  });
  const bytes = new Uint8Array(8 + header.length + 20);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(text(header), 8);
  expect(readSafetensors(bytes)).toEqual(["a", "b"].map((name) => ({ name, shape: [1], data: new Float32Array(1) })));
});

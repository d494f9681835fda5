import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { decodeBinary, type KernelPack } from "../../src/engine/kernels/kernels.js";
import { relaxed } from "../../src/engine/kernels/packs/relaxed.generated.js";
import { enableRelaxedSimd } from "../enableRelaxedSimd.js";

// Sections and codes of the WebAssembly core specification, chapter 5 (binary format).
const SECTION = { import: 2, global: 6, start: 8, data: 11 } as const;
const MEMORY = 2;
/** f32x4.relaxed_madd: the prefix of vector instructions, then 0x105 as LEB128. */
const RELAXED_MADD = Buffer.from([0xfd, 0x85, 0x02]);

const bytesOf = (name: string) => readFileSync(new URL(`../../build/${name}.wasm`, import.meta.url));

/** Reads numbers, names and sections from `at` on. */
class Reader {
  constructor(
    readonly data: Uint8Array,
    public at = 0,
  ) {}

  byte(): number {
    const value = this.data[this.at++];
    if (value === undefined) throw new RangeError(`Reader: expected a byte, got the end at ${this.at - 1}`);
    return value;
  }

  /** An unsigned LEB128 number. */
  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  name(): string {
    const length = this.number();
    this.at += length;
    return new TextDecoder().decode(this.data.subarray(this.at - length, this.at));
  }
}

/** The contents of each section by its code; custom sections are left out. */
function sectionsOf(data: Uint8Array): Map<number, Reader> {
  const reader = new Reader(data, 8);
  const sections = new Map<number, Reader>();
  while (reader.at < data.length) {
    const code = reader.byte();
    const size = reader.number();
    if (code !== 0) sections.set(code, new Reader(data.subarray(reader.at, reader.at + size)));
    reader.at += size;
  }
  return sections;
}

const packNames = (folder: string) =>
  readdirSync(new URL(`../../build/${folder}`, import.meta.url))
    .filter((name) => name.endsWith(".wasm"))
    .map((name) => `${folder}/${name.slice(0, -".wasm".length)}`);
const relaxedPacks = packNames("packs/relaxed");

describe.each(["release", "relaxed", ...packNames("packs"), ...relaxedPacks])("%s.wasm", (name) => {
  const bytes = bytesOf(name);
  const sections = sectionsOf(bytes);
  const isRelaxed = name.includes("relaxed");
  const canCompile = !isRelaxed || enableRelaxedSimd();

  it("imports nothing but a shared memory of at most 65536 pages", () => {
    const section = sections.get(SECTION.import)!;
    expect(section.number()).toBe(1);
    expect([section.name(), section.name()]).toEqual(["env", "memory"]);
    expect(section.byte()).toBe(MEMORY);
    const [flags, least, most] = [section.byte(), section.number(), section.number()];
    expect({ hasMaximum: (flags & 1) !== 0, isShared: (flags & 2) !== 0 }).toEqual({
      hasMaximum: true,
      isShared: true,
    });
    expect({ least, most }).toEqual({ least: 1, most: 65536 });
  });

  it.runIf(canCompile)("exports functions alone", () => {
    const others = WebAssembly.Module.exports(new WebAssembly.Module(bytes)).filter(
      ({ kind, name }) => kind !== "function" && name !== "memory",
    );
    expect(others).toEqual([]);
  });

  it("has no data, no state and nothing to run at the start", () => {
    for (const name of ["data", "global", "start"] as const) {
      expect(sections.has(SECTION[name]), `${name} section`).toBe(false);
    }
  });

  it(`has ${isRelaxed ? "the" : "no"} relaxed multiply-add`, () => {
    expect(bytes.includes(RELAXED_MADD)).toBe(isRelaxed);
  });
});

describe.each(packNames("packs"))("the embedded %s", (path) => {
  const name = path.split("/")[1]!;

  it("is the binary, for memory that is shared and for memory that is not", async () => {
    const module = await import(`../../src/engine/kernels/packs/${name}.generated.ts`);
    const pack: KernelPack = module[name];
    expect(pack.name).toBe(name);
    await pack.load();
    const expected = WebAssembly.Module.exports(new WebAssembly.Module(bytesOf(path)));
    for (const shared of [true, false]) {
      const binary = pack.module(shared, false);
      expect(WebAssembly.Module.exports(binary)).toEqual(expected);
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared });
      expect(() => new WebAssembly.Instance(binary, { env: { memory } })).not.toThrow();
    }
  });

  it("has a relaxed form where it multiplies and adds, with the same kernels", () => {
    const other = `packs/relaxed/${name}`;
    expect(Object.keys(relaxed).includes(name)).toBe(relaxedPacks.includes(other));
    if (!relaxedPacks.includes(other)) return;
    expect(bytesOf(other).equals(decodeBinary(relaxed[name]![1]))).toBe(true);
  });
});

it("the package ships the release binary as files too: for memory that is shared, and for memory that is not", () => {
  const { resolve } = createRequire(import.meta.url);
  const [shared, unshared] = ["kernels", "kernels.unshared"].map((name) =>
    readFileSync(resolve(`wasm-cnn/${name}.wasm`)),
  );
  const release = bytesOf("release");
  // A section that names the build comes last.
  expect(shared!.subarray(0, release.length).equals(release)).toBe(true);
  const differing = [...release.keys()].filter((i) => unshared![i] !== release[i]);
  expect(differing).toHaveLength(1);
  expect([release[differing[0]!], unshared![differing[0]!]]).toEqual([3, 1]);
  for (const [bytes, isShared] of [
    [shared!, true],
    [unshared!, false],
  ] as const) {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: isShared });
    expect(() => new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })).not.toThrow();
  }
});

it.runIf(enableRelaxedSimd())("both binaries have the same kernels", () => {
  const [one, other] = ["release", "relaxed"].map((name) =>
    WebAssembly.Module.exports(new WebAssembly.Module(bytesOf(name))),
  );
  expect(other).toEqual(one);
});

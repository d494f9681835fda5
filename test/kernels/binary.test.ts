import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { binary as embedded } from "../../src/engine/kernels.generated.js";

// Sections and codes of the WebAssembly core specification, chapter 5 (binary format).
const SECTION = { import: 2, global: 6, start: 8, data: 11 } as const;
const MEMORY = 2;

const bytes = readFileSync(new URL("../../build/release.wasm", import.meta.url));

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

describe("the release binary", () => {
  const module = new WebAssembly.Module(bytes);
  const sections = sectionsOf(bytes);

  it("imports nothing but a shared memory of at most 65536 pages", () => {
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
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

  it("exports functions alone", () => {
    const others = WebAssembly.Module.exports(module).filter(
      ({ kind, name }) => kind !== "function" && name !== "memory",
    );
    expect(others).toEqual([]);
  });

  it("has no data, no state and nothing to run at the start", () => {
    for (const name of ["data", "global", "start"] as const) {
      expect(sections.has(SECTION[name]), `${name} section`).toBe(false);
    }
  });

  it("is what the package ships, embedded and as a file", () => {
    const isSame = (other: Uint8Array) => Buffer.compare(bytes, other) === 0;
    expect(isSame(Buffer.from(embedded, "base64"))).toBe(true);
    const shipped = createRequire(import.meta.url).resolve("wasm-cnn/kernels.wasm");
    expect(isSame(readFileSync(shipped))).toBe(true);
  });
});

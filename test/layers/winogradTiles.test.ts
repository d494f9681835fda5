import { describe, expect, it } from "vitest";
import { WINOGRAD_BLOCK } from "../../src/layers/base/scratch.js";
import { winogradCost, winogradTiles } from "../../src/layers/convolution/winogradTiles.js";
import { readFile } from "../readFile.js";

describe("Winograd's tiles", () => {
  it("cover each output once, whatever the size", () => {
    for (let rows = 1; rows <= 14; rows++) {
      for (let columns = 1; columns <= 14; columns++) {
        const seen = new Int32Array(rows * columns);
        for (const { size, top, left, ...tiles } of winogradTiles(rows, columns, 32, 64)) {
          // A tile may reach over the edge, but not over another one.
          for (let i = top; i < Math.min(top + size * tiles.rows, rows); i++) {
            for (let j = left; j < Math.min(left + size * tiles.columns, columns); j++) seen[i * columns + j]!++;
          }
        }
        expect(seen, `${rows} x ${columns}`).toEqual(new Int32Array(rows * columns).fill(1));
      }
    }
  });

  it("are whole where they are 4 x 4 and the outputs come in pairs, as behind pooling", () => {
    for (let rows = 2; rows <= 14; rows += 2) {
      for (let columns = 2; columns <= 14; columns += 2) {
        for (const { size, top, left, ...tiles } of winogradTiles(rows, columns, 32, 64)) {
          expect(top + size * tiles.rows).toBeLessThanOrEqual(rows);
          expect(left + size * tiles.columns).toBeLessThanOrEqual(columns);
        }
      }
    }
  });

  it.each([
    [3, 3, [[4, 0, 0, 1, 1]]],
    [8, 16, [[4, 0, 0, 2, 4]]],
    [2, 9, [[2, 0, 0, 1, 5]]],
    [
      10,
      10,
      [
        [4, 0, 0, 2, 2],
        [2, 0, 8, 4, 1],
        [2, 8, 0, 1, 5],
      ],
    ],
    [
      7,
      5,
      [
        [4, 0, 0, 2, 1],
        [2, 0, 4, 4, 1],
      ],
    ],
  ])("of %i x %i outputs", (rows, columns, expected) => {
    const tiles = winogradTiles(rows, columns, 32, 64);
    expect(tiles.map((tile) => [tile.size, tile.top, tile.left, tile.rows, tile.columns])).toEqual(expected);
  });

  it("are 2 x 2 where the transformed kernels of larger ones would be too large", () => {
    expect(winogradTiles(16, 16, 128, 128)[0]!.size).toBe(4);
    expect(winogradTiles(16, 16, 128, 136)).toEqual([{ size: 2, top: 0, left: 0, rows: 8, columns: 8 }]);
  });

  it("cost less than all of them 2 x 2, where they are larger", () => {
    const small = { size: 2, top: 0, left: 0, rows: 5, columns: 5 } as const;
    expect(winogradCost(winogradTiles(10, 10, 32, 64), 32, 64)).toBeLessThan(winogradCost([small], 32, 64));
  });
});

it("has the blocks of the kernels", () => {
  const constant = (file: string, name: string) => {
    const source = new TextDecoder().decode(readFile(`assembly/convolution/${file}.ts`));
    return Number(new RegExp(`^export const ${name} = (\\d+);$`, "m").exec(source)?.[1]);
  };
  expect(WINOGRAD_BLOCK).toEqual({ 2: constant("winogradTiles", "TILES"), 4: constant("winograd4Tiles", "TILES4") });
});

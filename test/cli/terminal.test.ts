import { describe, expect, it } from "vitest";
import { summaryWidth } from "../../src/cli/terminal.js";
import { progressOutput } from "../../src/platform/nodeTerminal.js";

const stream = (properties: object) => properties as NodeJS.WriteStream;
const terminal = stream({ isTTY: true, columns: 80 });

describe("progressOutput", () => {
  it.each([
    [{}, true],
    [{ CI: "" }, true],
    [{ CI: "false" }, true],
    [{ CI: "0" }, true],
    [{ CI: "true" }, false],
    [{ CI: "1" }, false],
    [{ TERM: "dumb" }, false],
    [{ NO_COLOR: "1" }, true],
  ])("on a terminal with %j: redraw is %s", (env, redraw) => {
    expect(progressOutput(terminal, env).redraw).toBe(redraw);
  });

  it("does not redraw into a pipe or a file", () => {
    expect(progressOutput(stream({}), {}).redraw).toBe(false);
  });

  it.each([
    [{}, true],
    [{ NO_COLOR: "" }, true],
    [{ NO_COLOR: "0" }, false],
    [{ NO_COLOR: "1" }, false],
  ])("with %j: color is %s", (env, color) => {
    expect(progressOutput(terminal, env).color).toBe(color);
  });

  it("follows the width of the terminal", () => {
    const resized = stream({ isTTY: true, columns: 80 });
    const output = progressOutput(resized, {});
    expect(output.columns).toBe(80);
    resized.columns = 60;
    expect(output.columns).toBe(60);
    resized.columns = 0;
    expect(output.columns).toBeUndefined();
  });
});

describe("summaryWidth", () => {
  it.each([
    [200, 88],
    [80, 76],
    [30, 40],
    [0, 88],
    [undefined, 88],
  ])("in %s columns is %d", (columns, width) => {
    expect(summaryWidth(stream({ columns }))).toBe(width);
  });
});

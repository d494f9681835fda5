import { expect, it, vi } from "vitest";
import { smallModel } from "./small.js";

it("the fingerprint is the same where browsers do not hash: on pages from plain http", async () => {
  const model = smallModel();
  const expected = await model.fingerprint();
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues });
  expect(globalThis.crypto.subtle).toBeUndefined();
  expect(await model.fingerprint()).toBe(expected);
  vi.unstubAllGlobals();
});

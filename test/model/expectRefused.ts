import { expect } from "vitest";
import type { Sequential } from "wasm-cnn";
import { smallData, smallModel } from "./small.js";

export type ErrorKind = new (message: string) => Error;

/** A value of a type that TypeScript would not let through. */
export const any = (value: unknown) => value as never;

const { x, y } = smallData(6);

/** Expects each of these calls to be refused with the error, and none of them to leave a trace. */
export async function expectRefused(
  calls: Record<string, (model: Sequential) => unknown>,
  error: (where: string, model: Sequential) => unknown,
): Promise<void> {
  const model = smallModel();
  await model.fit(x, y);
  const before = await model.fingerprint();
  for (const [where, call] of Object.entries(calls)) {
    await expect((async () => call(model))(), where).rejects.toThrow(error(where, model) as Error);
    expect(await model.fingerprint(), where).toBe(before);
  }
  // Nor has it changed what comes next.
  const untouched = smallModel();
  for (const each of [untouched, model]) await each.fit(x, y);
  await untouched.fit(x, y);
  expect(await model.fingerprint()).toBe(await untouched.fingerprint());
}

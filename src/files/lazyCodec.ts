/** Reading and writing files: imported when a model is saved or loaded, as pages that do neither should not pay for it. */
export function codec(): Promise<typeof import("./codec.js")> {
  return import("./codec.js");
}

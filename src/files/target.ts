import { show } from "../base/check.js";
import { isUrl } from "../engine/kernels/kinds.js";

/** Where a model may be written: a path, a `file:` URL, `indexeddb://name` or `opfs://name`. */
export type ModelTarget = string | URL;
/** Where a model may come from: a target, its bytes, or what holds them. `http:` and `https:` URLs are fetched. */
export type ModelSource = ModelTarget | Uint8Array | ArrayBufferLike | Blob | Response;

/** `indexeddb://name` or `opfs://name`: the kind and the name. */
export const STORED = /^(indexeddb|opfs):\/\/(.+)$/;

/** @throws TypeError if it is no target */
export function nameOf(where: string, target: unknown): string {
  if (typeof target === "string" && target !== "") return target;
  if (isUrl(target)) return target.pathname;
  throw new TypeError(`${where}: expected a path, a URL, "indexeddb://name" or "opfs://name", got ${show(target)}`);
}

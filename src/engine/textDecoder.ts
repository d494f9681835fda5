// The compiler's loader makes a TextDecoder when it is imported, for strings that no kernel has; jsdom for one has none. So there
// is one until the loader is there, and it never decodes.

const scope = globalThis as { TextDecoder?: unknown };
const missing = scope.TextDecoder === undefined;
if (missing) scope.TextDecoder = class {};

/** Leaves the globals as they were. */
export function loaderIsThere(): void {
  if (missing) delete scope.TextDecoder;
}

import { isIsolated } from "#platform";

/** Why this page cannot share memory with workers; undefined where it can, as far as one can know without trying. */
export function isolationRefusal(): Error | undefined {
  if (isIsolated()) return undefined;
  return new Error(
    "threads: expected a cross-origin isolated page (headers Cross-Origin-Opener-Policy: same-origin and " +
      "Cross-Origin-Embedder-Policy: require-corp), got one that is not",
  );
}

/**
 * Memory of a fixed size: shared with workers where that is possible, else not, and why not. On pages that are not isolated
 * some browsers make shared memory too, but do not let it be posted to workers.
 * @throws RangeError if there is no such memory, shared or not
 */
export function newMemory(pages: number): { memory: WebAssembly.Memory; refusal: Error | undefined } {
  const size = { initial: pages, maximum: pages };
  let refusal = isolationRefusal();
  if (!refusal) {
    try {
      return { memory: new WebAssembly.Memory({ ...size, shared: true }), refusal };
    } catch (cause) {
      refusal = new Error(`threads: expected memory that can be shared, got ${(cause as Error).message}`, { cause });
    }
  }
  return { memory: new WebAssembly.Memory(size), refusal };
}

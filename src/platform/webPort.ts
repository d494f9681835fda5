import type { ThreadPort } from "./thread.js";

/** In a web worker: the way back to the page, or to the worker, that has started it. */
export function threadPort(): ThreadPort | undefined {
  const scope = globalThis as unknown as {
    postMessage(message: unknown): void;
    onmessage: (event: { data: unknown }) => void;
  };
  return {
    post: (message) => scope.postMessage(message),
    onMessage(listener) {
      scope.onmessage = ({ data }) => listener(data);
    },
  };
}

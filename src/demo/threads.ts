/** Threads that compute while the page trains: the library computes on the page's own, in slices of a few milliseconds. */
export function threadsInUse(): number {
  return 1;
}

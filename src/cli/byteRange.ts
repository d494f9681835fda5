/** Bytes of a file, counted from 0: the first and the last. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * What the header `Range` asks for, of a file of `size` bytes (RFC 9110, section 14). Undefined for what a server ignores, and so
 * answers with the whole file: other units, several ranges, ranges that end before they begin. "unsatisfiable" where none of
 * the file is asked for.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | "unsatisfiable" | undefined {
  const [, first = "", last = ""] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const start = Math.max(0, size - Number(last));
    return start < size ? { start, end: size - 1 } : "unsatisfiable";
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Number(last);
  if (last !== "" && end < start) return undefined;
  return start < size ? { start, end: Math.min(end, size - 1) } : "unsatisfiable";
}

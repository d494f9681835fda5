// What a value from outside is, also one of another realm (a frame, a vm context, jsdom): `instanceof` knows only the classes of
// our own.

/**
 * Bytes in memory that is not shared, as `Blob` and `fetch` want them: `Uint8Array<ArrayBuffer>`, in words that TypeScript
 * before 5.7 understands too.
 */
export type Bytes = ReturnType<typeof Uint8Array.of>;

type NumberArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** Of the engine itself: no class derived from an array can change what it says. */
const tagOfArray = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!
  .get as (this: unknown) => string | undefined;

/** `Float32Array`, also for a class derived from it; undefined for what is no typed array. */
export function arrayKind(value: unknown): string | undefined {
  return tagOfArray.call(value);
}

export function isUint8Array(value: unknown): value is Uint8Array {
  return arrayKind(value) === "Uint8Array";
}

export function isFloat32Array(value: unknown): value is Float32Array {
  return arrayKind(value) === "Float32Array";
}

/** A typed array as one of this realm's own class: the same numbers at the same place. */
export function plainArray<T extends NumberArray>(array: T): T {
  const Plain = (globalThis as never)[arrayKind(array)!] as new (buffer: ArrayBufferLike, at: number, n: number) => T;
  return array.constructor === Plain ? array : new Plain(array.buffer, array.byteOffset, array.length);
}

/**
 * Bytes of a Uint8Array or a buffer; undefined for what is neither. Those in shared memory are copied: decoders refuse them, and
 * another thread may change them while they are read.
 */
export function bytesOf(value: unknown): Uint8Array | undefined {
  const isBuffer = isShared(value) || kindOf(value) === "ArrayBuffer";
  const bytes = isBuffer ? new Uint8Array(value as ArrayBuffer) : value;
  if (!isUint8Array(bytes)) return undefined;
  const plain = plainArray(bytes);
  return isShared(plain.buffer) ? plain.slice() : plain;
}

function isShared(buffer: unknown): boolean {
  return kindOf(buffer) === "SharedArrayBuffer";
}

/** As objects name themselves: `Blob`, `Response`, `URL`, `WebAssembly.Module`. */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

export function isUrl(value: unknown): value is URL {
  return kindOf(value) === "URL";
}

/** By what nothing else has: there are classes derived from it, and others in its place. */
export function isAbortSignal(value: unknown): value is AbortSignal {
  return typeof (value as Partial<AbortSignal> | null | undefined)?.throwIfAborted === "function";
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return (error as Error | undefined)?.message ?? String(error);
}

import type { Bytes } from "../../engine/kernels/kinds.js";
import { SIGNATURE } from "./signature.js";
import { type Hdf5Numbers, type Hdf5Value, MESSAGE, NOWHERE } from "./tree.js";

/** Entries in a leaf of a group's tree, HDF5's default. */
const LEAF = 8;
/** The least size of a heap of texts that HDF5's library takes. */
const LEAST_HEAP = 4096;
/** Longer attributes do not fit a header. */
export const MOST_ATTRIBUTE = 64_512;

const utf8 = new TextEncoder();
const padded = (size: number) => 8 * Math.ceil(size / 8);

/** A scalar that is written as a 64-bit integer. */
export interface Hdf5Integer {
  readonly integer: number;
}
export type WritableNode = WritableGroup | Hdf5Numbers | Hdf5Integer;
export interface WritableGroup {
  readonly attributes?: ReadonlyMap<string, Hdf5Value>;
  readonly children: ReadonlyMap<string, WritableNode>;
}

/** A piece of the file under way: numbers are little-endian. */
class Piece {
  readonly bytes: Bytes;
  readonly #view: DataView;
  at = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  u8(...values: number[]): this {
    for (const value of values) this.bytes[this.at++] = value;
    return this;
  }

  u16(...values: number[]): this {
    for (const value of values) {
      this.#view.setUint16(this.at, value, true);
      this.at += 2;
    }
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) {
      this.#view.setUint32(this.at, value, true);
      this.at += 4;
    }
    return this;
  }

  u64(...values: (number | bigint)[]): this {
    for (const value of values) {
      this.#view.setBigUint64(this.at, BigInt(value), true);
      this.at += 8;
    }
    return this;
  }

  put(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
    return this;
  }

  /** On to the next multiple of 8. */
  pad(): this {
    this.at = padded(this.at);
    return this;
  }
}

/**
 * Writes what `readHdf5` reads, in the form that h5py writes by default: superblock 0, symbol tables, contiguous datasets of
 * 32-bit floats. The same tree gives the same bytes.
 */
export function writeHdf5(root: WritableGroup): Bytes {
  return new Writer().write(root);
}

class Writer {
  readonly #pieces: Uint8Array[] = [];
  #end = 96;
  /** Texts of any length lie together in one heap, at the start. */
  readonly #texts: Uint8Array[] = [];
  #heap = 0;

  write(root: WritableGroup): Bytes {
    this.#collectTexts(root);
    this.#heap = this.#add(heapOf(this.#texts));
    this.#texts.length = 0;
    const most = Math.ceil(largestGroup(root) / LEAF);
    const half = Math.max(16, Math.ceil(most / 2));
    const { header, tree, names } = this.#group(root, half);
    const file = new Piece(this.#end);
    file
      .u8(...SIGNATURE, 0, 0, 0, 0, 0, 8, 8, 0)
      .u16(LEAF / 2, half)
      .u32(0);
    file.u64(0, NOWHERE, this.#end, NOWHERE);
    file.u64(0, header).u32(1, 0).u64(tree, names);
    for (const piece of this.#pieces) file.put(piece);
    return file.bytes;
  }

  #add(bytes: Uint8Array): number {
    const at = this.#end;
    const piece = bytes.length % 8 === 0 ? bytes : new Piece(padded(bytes.length)).put(bytes).bytes;
    this.#pieces.push(piece);
    this.#end += piece.length;
    return at;
  }

  /** In the order in which `#attribute` asks for them. */
  #collectTexts(group: WritableGroup): void {
    for (const node of sorted(group)) if (isWritableGroup(node[1])) this.#collectTexts(node[1]);
    for (const value of group.attributes?.values() ?? [])
      if (typeof value === "string") this.#texts.push(utf8.encode(value));
  }

  #group(group: WritableGroup, half: number): { header: number; tree: number; names: number } {
    const entries = sorted(group).map(([name, node]) => {
      if (isWritableGroup(node)) return { name, ...this.#group(node, half) };
      return { name, header: this.#dataset(node), tree: undefined, names: undefined };
    });
    const encoded = entries.map(({ name }) => utf8.encode(name));
    const text = new Piece(8 + encoded.reduce((sum, { length }) => sum + padded(length + 1), 0));
    text.at = 8;
    const offsets = encoded.map((name) => {
      const at = text.at;
      text.put(name).u8(0).pad();
      return at;
    });
    const segment = this.#add(text.bytes);
    // 1: there is no free space in it.
    const names = this.#add(new Piece(32).put(utf8.encode("HEAP")).u32(0).u64(text.bytes.length, 1, segment).bytes);
    const leaves: { last: number; at: number }[] = [];
    for (let first = 0; first < entries.length; first += LEAF) {
      const some = entries.slice(first, first + LEAF);
      const leaf = new Piece(8 + LEAF * 40).put(utf8.encode("SNOD")).u8(1, 0).u16(some.length);
      for (const [i, entry] of some.entries()) {
        leaf.u64(offsets[first + i]!, entry.header).u32(entry.tree === undefined ? 0 : 1, 0);
        leaf.u64(entry.tree ?? 0, entry.names ?? 0);
      }
      leaves.push({ last: offsets[first + some.length - 1]!, at: this.#add(leaf.bytes) });
    }
    const node = new Piece(24 + 16 * 2 * half + 8).put(utf8.encode("TREE")).u8(0, 0).u16(leaves.length);
    node.u64(NOWHERE, NOWHERE, 0);
    for (const { at, last } of leaves) node.u64(at, last);
    const tree = this.#add(node.bytes);
    const attributes = [...(group.attributes ?? [])].map(([name, value]) => this.#attribute(name, value));
    return {
      header: this.#header([[MESSAGE.symbolTable, new Piece(16).u64(tree, names).bytes], ...attributes]),
      tree,
      names,
    };
  }

  #header(messages: readonly (readonly [type: number, body: Uint8Array])[]): number {
    const size = messages.reduce((sum, [, body]) => sum + 8 + padded(body.length), 0);
    const header = new Piece(16 + size).u8(1, 0).u16(messages.length).u32(1, size, 0);
    for (const [type, body] of messages) header.u16(type, padded(body.length)).u32(0).put(body).pad();
    return this.#add(header.bytes);
  }

  #attribute(name: string, value: Hdf5Value): readonly [type: number, body: Uint8Array] {
    const key = utf8.encode(`${name}\0`);
    const { type, shape, data } = this.#encoded(value);
    const space = dataspace(shape);
    const body = new Piece(8 + padded(key.length) + padded(type.length) + padded(space.length) + data.length);
    body.u8(1, 0).u16(key.length, type.length, space.length).put(key).pad().put(type).pad().put(space).pad().put(data);
    return [MESSAGE.attribute, body.bytes];
  }

  #encoded(value: Hdf5Value): { type: Uint8Array; shape: readonly number[]; data: Uint8Array } {
    if (typeof value === "string") {
      const length = utf8.encode(value).length;
      this.#texts.push(new Uint8Array(0));
      const data = new Piece(16).u32(length).u64(this.#heap).u32(this.#texts.length).bytes;
      // Text of any length, UTF-8, made of elements that are 8-bit characters.
      const type = new Piece(20).u8(0x19, 1, 1, 0).u32(16).put(textType(1, 1)).bytes;
      return { type, shape: [], data };
    }
    if ("shape" in value) return { type: FLOAT, shape: value.shape, data: floatBytes(value.data) };
    const texts = value.map((text) => utf8.encode(text));
    const width = Math.max(1, ...texts.map(({ length }) => length));
    const data = new Piece(width * texts.length);
    for (const [i, text] of texts.entries()) data.bytes.set(text, i * width);
    return { type: textType(width, 0), shape: [texts.length], data: data.bytes };
  }

  #dataset(node: Hdf5Numbers | Hdf5Integer): number {
    const integer = "integer" in node;
    const data = integer ? new Piece(8).u64(node.integer).bytes : floatBytes(node.data);
    const at = data.length > 0 ? this.#add(data) : NOWHERE;
    return this.#header([
      [MESSAGE.dataspace, dataspace(integer ? [] : node.shape)],
      [MESSAGE.datatype, integer ? INTEGER : FLOAT],
      [MESSAGE.layout, new Piece(18).u8(3, 1).u64(at, data.length).bytes],
    ]);
  }
}

const FLOAT = new Piece(20).u8(0x11, 0x20, 31, 0).u32(4).u16(0, 32).u8(23, 8, 0, 23).u32(127).bytes;
const INTEGER = new Piece(12).u8(0x10, 8, 0, 0).u32(8).u16(0, 64).bytes;

/** Padded with zeros; `charset` 0: ASCII, 1: UTF-8. */
function textType(width: number, charset: number): Uint8Array {
  return new Piece(8).u8(0x13, 1 | (charset << 4), 0, 0).u32(width).bytes;
}

function dataspace(shape: readonly number[]): Uint8Array {
  return new Piece(8 + 8 * shape.length)
    .u8(1, shape.length, 0, 0)
    .u32(0)
    .u64(...shape).bytes;
}

function floatBytes(data: Float32Array | Float64Array): Uint8Array {
  const bytes = new Uint8Array(4 * data.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < data.length; i++) view.setFloat32(4 * i, data[i]!, true);
  return bytes;
}

function heapOf(texts: readonly Uint8Array[]): Uint8Array {
  const used = texts.reduce((sum, { length }) => sum + 16 + padded(length), 16);
  const heap = new Piece(Math.max(LEAST_HEAP, used + 16));
  heap.put(utf8.encode("GCOL")).u32(1).u64(heap.bytes.length);
  for (const [i, text] of texts.entries())
    heap
      .u16(i + 1, 1)
      .u32(0)
      .u64(text.length)
      .put(text)
      .pad();
  heap.u64(0, heap.bytes.length - heap.at);
  return heap.bytes;
}

/** By the bytes of the names, as HDF5's trees want it. */
function sorted({ children }: WritableGroup): [string, WritableNode][] {
  return [...children].sort(([a], [b]) => (a < b ? -1 : 1));
}

function isWritableGroup(node: WritableNode): node is WritableGroup {
  return "children" in node;
}

function largestGroup({ children }: WritableGroup): number {
  return Math.max(children.size, ...[...children.values()].filter(isWritableGroup).map(largestGroup));
}

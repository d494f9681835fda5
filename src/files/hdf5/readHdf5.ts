import { Cursor, hdf5Error, Source } from "./cursor.js";
import { isHdf5, SIGNATURE } from "./signature.js";
import { type Hdf5Group, type Hdf5Numbers, type Hdf5Value, isGroup, MESSAGE } from "./tree.js";
import { countOf, type Datatype, readDataspace, readDatatype, readNumbers } from "./values.js";

/** Deeper groups are no model. */
const MOST_DEPTH = 24;
/** As many as the older form of a header can count. */
const MOST_MESSAGES = 65_535;
const KNOWN: ReadonlySet<number> = new Set(Object.values(MESSAGE));

/**
 * Reads the part of HDF5 that Keras writes (h5py's defaults): groups as symbol tables or as links in the header, contiguous or
 * compact datasets of numbers, attributes of numbers and text. A reader of our own, as h5wasm embeds 4 MB of a C library that
 * cannot be interrupted, and jsfive has no bounds: here every address is checked, every object is read once at most, and all
 * work is counted, so that time and memory are bounded by the length of the file.
 * @param source where the work is counted
 * @throws Error where the file is damaged, or has what Keras does not write
 */
export function readHdf5(file: Uint8Array, source: Source = new Source(file)): Hdf5Group {
  return new Reader(source).root();
}

interface Message {
  readonly type: number;
  readonly body: Cursor;
}

class Reader {
  readonly #source: Source;
  /** Addresses of objects and of nodes of trees that have been read: a second time would be a circle, or a bomb. */
  readonly #seen = new Set<number>();
  readonly #heaps = new Map<number, ReadonlyMap<number, Cursor>>();

  constructor(source: Source) {
    this.#source = source;
  }

  root(): Hdf5Group {
    if (!isHdf5(this.#source.bytes)) throw hdf5Error("its signature", "another");
    const cursor = new Cursor(this.#source, SIGNATURE.length);
    const version = cursor.u8();
    if (version > 3) throw hdf5Error("superblock version 0 to 3", version);
    if (version < 2) cursor.skip(4);
    const sizes = [cursor.u8(), cursor.u8()];
    if (sizes.join() !== "8,8") throw hdf5Error("offsets and lengths of 8 bytes", sizes);
    let base: number | undefined;
    if (version < 2) {
      cursor.skip(version === 0 ? 9 : 13);
      base = cursor.u64();
      cursor.skip(3 * 8 + 8);
    } else {
      cursor.skip(1);
      base = cursor.u64();
      cursor.skip(2 * 8);
    }
    if (base !== 0) throw hdf5Error("base address 0", base);
    const root = this.#object(cursor.size(), 0);
    if (!isGroup(root)) throw hdf5Error("a group as its root", "a dataset");
    return root;
  }

  #visit(address: number): void {
    if (this.#seen.has(address)) throw hdf5Error("each object in one place", `a second link to ${address}`);
    this.#source.countFinds();
    this.#seen.add(address);
  }

  #object(address: number, depth: number): Hdf5Group | Hdf5Numbers {
    if (depth > MOST_DEPTH) throw hdf5Error(`groups at most ${MOST_DEPTH} deep`, "deeper ones");
    this.#visit(address);
    const messages = this.#messages(address);
    const find = (type: number) => messages.find((message) => message.type === type)?.body;
    if (find(MESSAGE.layout)) return this.#dataset(find);
    const children = new Map<string, Hdf5Group | Hdf5Numbers>();
    for (const [name, child] of this.#links(messages)) children.set(name, this.#object(child, depth + 1));
    const attributes = messages.filter(({ type }) => type === MESSAGE.attribute);
    return { attributes: new Map(attributes.map(({ body }) => this.#attribute(body))), children };
  }

  #messages(address: number): Message[] {
    const cursor = new Cursor(this.#source, address);
    const messages: Message[] = [];
    const old = this.#source.bytes[address] === 1;
    let flags = 0;
    const chunks: Cursor[] = [];
    if (old) {
      cursor.skip(8);
      const size = cursor.u32();
      cursor.skip(4);
      chunks.push(cursor.part(size));
    } else {
      cursor.signature("OHDR");
      if (cursor.u8() !== 2) throw hdf5Error("an object header of version 1 or 2", `another at ${address}`);
      flags = cursor.u8();
      cursor.skip((flags & 32 ? 16 : 0) + (flags & 16 ? 4 : 0));
      chunks.push(cursor.part(cursor.unsigned(1 << (flags & 3))));
    }
    const head = old ? 8 : flags & 4 ? 6 : 4;
    for (const chunk of chunks) {
      while (chunk.left >= head) {
        const type = old ? chunk.u16() : chunk.u8();
        const size = chunk.u16();
        const shared = chunk.u8() & 2;
        chunk.skip(head - (old ? 5 : 4));
        if (shared && type !== 0) throw hdf5Error("no shared messages", "one");
        const body = chunk.part(size);
        if (type === MESSAGE.continuation) {
          const at = body.size();
          this.#visit(at);
          const next = new Cursor(this.#source, at).part(body.size());
          if (!old) next.signature("OCHK");
          chunks.push(old ? next : next.part(next.left - 4));
        } else if (KNOWN.has(type)) {
          if (messages.length === MOST_MESSAGES) throw hdf5Error(`at most ${MOST_MESSAGES} messages`, "more");
          messages.push({ type, body });
        }
      }
    }
    return messages;
  }

  #links(messages: readonly Message[]): [name: string, address: number][] {
    return messages.flatMap(({ type, body }) => {
      if (type === MESSAGE.symbolTable) return this.#symbolTable(body.size(), body.size());
      if (type === MESSAGE.link) {
        this.#source.countFinds();
        return [link(body)];
      }
      if (type === MESSAGE.linkInfo || type === MESSAGE.attributeInfo) refuseDense(body, type);
      return [];
    });
  }

  #symbolTable(tree: number, heap: number): [name: string, address: number][] {
    const head = new Cursor(this.#source, heap);
    head.signature("HEAP");
    head.skip(4);
    const size = head.size();
    head.skip(8);
    const names = new Cursor(this.#source, head.size()).part(size);
    const links: [string, number][] = [];
    // Nodes still to be read, the next one last.
    const nodes = [tree];
    for (let address = nodes.pop(); address !== undefined; address = nodes.pop()) {
      this.#visit(address);
      const node = new Cursor(this.#source, address);
      if (this.#source.bytes[address] === 0x54) {
        node.signature("TREE");
        node.skip(2);
        const children = node.u16();
        node.skip(16);
        const addresses = Array.from({ length: children }, () => {
          node.skip(8);
          return node.size();
        });
        nodes.push(...addresses.reverse());
      } else {
        node.signature("SNOD");
        node.skip(2);
        for (let left = node.u16(); left > 0; left--) {
          const name = new Cursor(this.#source, names.at + node.size(), names.end);
          links.push([name.text(name.left), node.size()]);
          this.#source.countFinds();
          if (node.u32() === 2) throw hdf5Error("no symbolic links", "one");
          node.skip(20);
        }
      }
    }
    return links;
  }

  #attribute(body: Cursor): [name: string, value: Hdf5Value] {
    const version = body.u8();
    if (version < 1 || version > 3) throw hdf5Error("attribute version 1 to 3", version);
    body.skip(1);
    const sizes = [body.u16(), body.u16(), body.u16()];
    if (version === 3) body.skip(1);
    const [name, type, space] = sizes.map((size) => body.part(version === 1 ? 8 * Math.ceil(size / 8) : size));
    return [name!.text(sizes[0]!), this.#value(readDatatype(type!), readDataspace(space!), body)];
  }

  #value(type: Datatype, shape: readonly number[] | undefined, data: Cursor): Hdf5Value {
    if (!shape) return [];
    const count = countOf(shape, type.bytes, data.left);
    if (type.kind !== "text" && type.kind !== "longText") return { shape, data: readNumbers(data, type, count) };
    if (type.bytes === 0) return [];
    this.#source.countFinds(count);
    const texts = Array.from({ length: count }, () =>
      type.kind === "text" ? data.text(type.bytes) : this.#longText(data),
    );
    return shape.length === 0 ? texts[0]! : texts;
  }

  #longText(reference: Cursor): string {
    const length = reference.u32();
    const address = reference.size();
    const index = reference.u32();
    if (length === 0) return "";
    const found = this.#heap(address).get(index);
    if (!found || found.left < length) throw hdf5Error(`${length} bytes of text in the heap at ${address}`, "fewer");
    return new Cursor(this.#source, found.at, found.end).text(length);
  }

  #heap(address: number): ReadonlyMap<number, Cursor> {
    let objects = this.#heaps.get(address);
    if (!objects) {
      const head = new Cursor(this.#source, address);
      head.signature("GCOL");
      head.skip(4);
      const cursor = head.part(head.size() - 16);
      const found = new Map<number, Cursor>();
      while (cursor.left >= 16) {
        const index = cursor.u16();
        if (index === 0) break;
        cursor.skip(6);
        const size = cursor.size();
        found.set(index, cursor.part(size));
        this.#source.countFinds();
        cursor.skip(Math.min(cursor.left, -size & 7));
      }
      objects = found;
      this.#heaps.set(address, objects);
    }
    return objects;
  }

  #dataset(find: (type: number) => Cursor | undefined): Hdf5Numbers {
    const [space, typeBody] = [find(MESSAGE.dataspace), find(MESSAGE.datatype)];
    if (!space || !typeBody) throw hdf5Error("a dataset with a type and a shape", "one without");
    if (find(MESSAGE.filters)) throw hdf5Error("datasets that are not compressed", "one that is");
    const shape = readDataspace(space);
    const type = readDatatype(typeBody);
    // A dataset of texts is no weight.
    if (!shape || type.kind === "text" || type.kind === "longText") return { shape: [0], data: new Float32Array(0) };
    const data = this.#layout(find(MESSAGE.layout)!);
    return { shape, data: readNumbers(data, type, countOf(shape, type.bytes, data.left)) };
  }

  /** Where a dataset's bytes lie. */
  #layout(body: Cursor): Cursor {
    const version = body.u8();
    const kind = body.u8();
    if (version === 3 || version === 4) {
      if (kind === 0) return body.part(body.u16());
      if (kind === 1) {
        const address = body.u64();
        const size = body.size();
        return address === undefined ? new Cursor(this.#source, 0, 0) : new Cursor(this.#source, address).part(size);
      }
    }
    throw hdf5Error("contiguous datasets", `layout ${kind} of version ${version}`);
  }
}

/** A link in a group's header. */
function link(body: Cursor): [name: string, address: number] {
  if (body.u8() !== 1) throw hdf5Error("links of version 1", "another");
  const flags = body.u8();
  if (flags & 8 && body.u8() !== 0) throw hdf5Error("hard links", "another kind");
  body.skip((flags & 4 ? 8 : 0) + (flags & 16 ? 1 : 0));
  const name = body.text(body.unsigned(1 << (flags & 3)));
  return [name, body.size()];
}

/** Very many links or attributes lie in a heap of their own, which Keras does not cause with h5py's defaults. */
function refuseDense(body: Cursor, type: number): void {
  body.skip(1);
  const flags = body.u8();
  if (flags & 1) body.skip(type === MESSAGE.linkInfo ? 8 : 2);
  if (body.u64() !== undefined) throw hdf5Error("links and attributes in headers", "dense storage");
}

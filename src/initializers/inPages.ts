// What "#initializers" stands for in pages: those that are known by name are imported before they are used.

/** Makes an initializer of its class name and config. */
export type MakeInitializer = (className: string, config: Readonly<Record<string, unknown>>) => unknown;

export const makeInitializer: MakeInitializer | undefined = undefined;

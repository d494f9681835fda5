// What "#initializers" stands for in pages: those that are known by name are imported before they are used.

import type { Initializer } from "../engine/program/weight.js";

export const makeInitializer:
  | ((className: string, config: Readonly<Record<string, unknown>>) => Initializer)
  | undefined = undefined;

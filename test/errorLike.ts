import { expect } from "vitest";

/**
 * An error of this kind with this message, where numbers that count up in the process may be any: `input_layer` stands for
 * `input_layer_7` too, and … for any text.
 */
export function errorLike(kind: new (message: string) => Error, message: string): unknown {
  const pattern = message
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("input_layer", "input_layer(_\\d+)?")
    .replaceAll("…", ".*");
  return expect.objectContaining({ name: kind.name, message: expect.stringMatching(new RegExp(`^${pattern}$`)) });
}

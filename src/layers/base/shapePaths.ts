import { formatShape } from "../../engine/program/shape.js";

/** Sizes of the axes of one sample; null for a size that is open until data comes. */
export type OpenShape = readonly (number | null)[];

/** A tensor, and the tensors that it comes from. */
interface Traced {
  readonly name: string;
  readonly shape: OpenShape;
  readonly call: { readonly inputs: readonly Traced[] };
}

/** An error says no more of a long way than its end. */
const MOST_STEPS = 12;

/** How each tensor came about: `image (28, 28, 1) -> conv2d (26, 26, 32)`. */
export function shapePaths(tensors: readonly Traced[]): string {
  const path = (tensor: Traced): string => {
    const steps: string[] = [];
    for (let t: Traced | undefined = tensor; t && steps.length < MOST_STEPS; t = t.call.inputs[0]) {
      steps.unshift(`${t.name} ${formatShape(t.shape.map((size) => size ?? "None"))}`);
    }
    return steps.join(" -> ");
  };
  return tensors.map(path).join(" and ");
}

import { toCamelCase } from "../base/case.js";
import { checkDeclared, type Given, type Options, type Values, writeDeclared } from "../base/options.js";
import type { KernelPack } from "../engine/kernels/kernels.js";
import type { ProgramBuilder, Recorded } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Activation } from "./activation.js";

/** What makes an activation: all options have defaults, which are what its name alone means, unless it says otherwise. */
export interface ActivationFactory<O extends Options = Options> {
  // biome-ignore lint/complexity/noBannedTypes: whether nothing is required.
  (...options: {} extends Given<O> ? [options?: Given<O>] : [options: Given<O>]): Activation;
  /** As in Keras: `leaky_relu`. */
  readonly activationName: string;
  readonly declared: O;
}

/** Of a pack that has the two kernels that are named. */
type Kernels = Readonly<Record<string, (samples: number, ...rest: number[]) => void>>;

/** How an activation is computed; or one of those that are there at once. */
export type Body = Pick<Activation, "outputShape" | "record">;

/**
 * An activation with these options, each of which is written once.
 * @param name as in Keras
 */
export function defineActivation<O extends Options>(
  name: string,
  declared: O,
  body: (values: Values<O>) => Body | Activation,
): ActivationFactory<O> {
  const where = toCamelCase(name);
  const make = (given: object = {}): Activation => {
    const values = checkDeclared(where, declared, given);
    const made = body(values);
    if ("name" in made) return made;
    const config = () =>
      Object.keys(given).length > 0 ? { class_name: name, config: writeDeclared(declared, values) } : name;
    return { name, config, ...made };
  };
  return Object.assign(make, { activationName: name, declared }) as ActivationFactory<O>;
}

/**
 * An elementwise function: `<kernel>Forward(samples, y, x, size, ...attributes)` and
 * `<kernel>Backward(samples, dx, dy, x or y, size, ...attributes)`.
 * @param reads what the backward pass needs of the forward pass
 */
export function elementwise(
  pack: KernelPack<Kernels>,
  kernel: string,
  reads: "x" | "y",
  attributes: readonly number[] = [],
): Body {
  return {
    record(program: ProgramBuilder, x: Region): Recorded {
      const y = program.region(x.shape);
      program.call(pack, `${kernel}Forward`, y, x, x.size, ...attributes);
      return {
        outputs: [y],
        backward([dy]) {
          if (!x.wantsGradient) return [undefined];
          const dx = program.region(x.shape);
          program.call(pack, `${kernel}Backward`, dx, dy!, reads === "x" ? x : y, x.size, ...attributes);
          return [dx];
        },
      };
    },
  };
}

/**
 * A function of rows, which are the last axis: `<kernel>Forward(samples, y, x, rows, n)` and
 * `<kernel>Backward(samples, dx, dy, x or y, rows, n)`, n the elements of a row of y.
 */
export function rowwise(
  pack: KernelPack<Kernels>,
  kernel: string,
  reads: "x" | "y",
  outputShape?: Activation["outputShape"],
): Body {
  return {
    ...(outputShape && { outputShape }),
    record(program: ProgramBuilder, x: Region): Recorded {
      const y = program.region(outputShape?.(x.shape) ?? x.shape);
      const n = y.shape.at(-1)!;
      const rows = y.size / n;
      program.call(pack, `${kernel}Forward`, y, x, rows, n);
      return {
        outputs: [y],
        backward([dy]) {
          if (!x.wantsGradient) return [undefined];
          const dx = program.region(x.shape);
          program.call(pack, `${kernel}Backward`, dx, dy!, reads === "x" ? x : y, rows, n);
          return [dx];
        },
      };
    },
  };
}

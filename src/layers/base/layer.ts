import type { Given, Options, Values } from "../../base/options.js";
import { Layer, type LayerConfig, type LayerOptions } from "./baseLayer.js";

export { type Follower, type Fused, Layer, type LayerConfig, type LayerOptions, madeClass } from "./baseLayer.js";
export { factoryName } from "./names.js";

/** What the constructor of a class with these options takes. */
export type Arguments<O extends Options> =
  // biome-ignore lint/complexity/noBannedTypes: whether nothing is required.
  {} extends Given<O> ? [options?: Given<O> & LayerOptions] : [options: Given<O> & LayerOptions];

/** What the constructor of a class of layers takes. */
// biome-ignore lint/suspicious/noExplicitAny: whatever they are.
export type OptionsOf<C extends abstract new (...args: any[]) => Layer> = NonNullable<ConstructorParameters<C>[0]>;

/** The base of a class of layers: what is declared of them, and a constructor that checks it. */
export interface LayerClass<O extends Options> {
  readonly className: string;
  readonly declared: O;
  readonly fixed: LayerConfig;
  new (...args: Arguments<O>): Layer & Values<O>;
}

/**
 * The base class of a layer with these options, each of which is written once: its check, default and comment. Constructor, types,
 * config and the reader of configs follow from it.
 * @param className as in Keras: `Conv2D`
 * @param fixed Keras' options that have one value here: written to configs, and refused there if they have another
 */
export function defineLayer<O extends Options>(
  className: string,
  declared: O,
  fixed: LayerConfig = {},
): (abstract new (
  ...args: Arguments<O>
) => Layer & Values<O>) &
  Pick<LayerClass<O>, "className" | "declared" | "fixed"> {
  return declareOn(Layer, className, declared, fixed) as never;
}

/** The class of layers with these options that `Base` is made into. */
export function declareOn(
  // biome-ignore lint/suspicious/noExplicitAny: the form that TypeScript asks of a class that is extended.
  Base: abstract new (...args: any[]) => Layer,
  className: string,
  declared: Options,
  fixed: LayerConfig,
): typeof Base {
  abstract class Defined extends Base {
    static readonly className = className;
    static readonly declared = declared;
    static readonly fixed = fixed;

    // biome-ignore lint/suspicious/noExplicitAny: likewise.
    constructor(...args: any[]) {
      super(className, args[0] ?? {}, declared, fixed);
    }
  }
  return Defined;
}

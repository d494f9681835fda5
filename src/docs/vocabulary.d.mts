export interface OptionDescription {
  readonly name: string;
  /** As users write it; undefined where the option must be given. */
  readonly default?: string;
  readonly comment: string;
}

export interface Thing {
  /** What the package exports: `Conv2D`, `leakyRelu`. */
  readonly name: string;
  /** Keras' name. */
  readonly className: string;
  /** A class, or what makes an activation. */
  // biome-ignore lint/suspicious/noExplicitAny: of any family.
  readonly make: any;
  readonly comment: string;
  /** Of layers, `conv2d`. */
  readonly factory?: string;
  readonly factoryComment?: string;
  readonly options: readonly OptionDescription[];
}

export interface Family {
  readonly family: string;
  readonly title: string;
  readonly note?: string;
  readonly things: readonly Thing[];
}

export function vocabulary(): readonly Family[];

import { show } from "../base/check.js";
import type { Options, Values } from "../base/options.js";
import { seeThroughProxies } from "../base/raw.js";
import type { ProgramBuilder, Recorded } from "../engine/program/program.js";
import type { Shape } from "../engine/program/shape.js";
import type { WeightSpec } from "../engine/program/weight.js";
import { type Arguments, declareOn, Layer, type LayerClass, type LayerConfig } from "../layers/base/layer.js";
import { numberedNames } from "../layers/base/names.js";
import { type Graph, SymbolicTensor } from "../layers/base/symbolic.js";
import type { NamedVariable, Variable } from "../layers/base/variable.js";
import { InputLayer } from "../layers/core/inputLayer.js";
import { checkInputCount, variablesOf } from "./composite.js";
import { graphOf } from "./graph.js";
import { Network } from "./network.js";

/** A layer in terms of others: what it does is a graph, which models take apart. Its weights are those of the layers in it. */
export abstract class Block extends Layer {
  #graph: Graph | undefined;

  /**
   * The graph from the block's inputs to its output, of layers that it makes: a function of the block's options. Called for each shape
   * that is tried out, so it must do nothing else.
   */
  abstract call(...inputs: readonly SymbolicTensor[]): SymbolicTensor;

  #make(shapes: readonly Shape[]): Graph {
    const inputs = shapes.map(
      (shape) => new InputLayer({ shape: shape.map((size) => (Number.isNaN(size) ? null : size)) }).tensor,
    );
    const output = this.call(...inputs);
    const where = `layer "${this.name}".call`;
    if (!(output instanceof SymbolicTensor)) {
      throw new TypeError(`${where}: expected what a layer's apply() gives, got ${show(output)}`);
    }
    return graphOf(where, inputs, [output]);
  }

  /** Undefined before the block is in a model or a graph. */
  override get graph(): Graph | undefined {
    return this.#graph;
  }

  outputShape(inputs: readonly Shape[]): Shape {
    const graph = this.#graph ?? this.#make(inputs);
    checkInputCount(graph.inputs.length, inputs);
    return new Network(graph, inputs).outputShapes[0]!;
  }

  override checkInputs(inputs: readonly Shape[]): readonly WeightSpec[] {
    this.outputShape(inputs);
    return [];
  }

  override build(inputs: readonly Shape[]): void {
    if (this.#graph) return;
    this.#graph = this.#make(inputs);
    if (!this.trainable) this.trainable = false;
  }

  override get trainable(): boolean {
    return super.trainable;
  }

  /** Of the layers in it, too. */
  override set trainable(value: boolean) {
    super.trainable = value;
    for (const layer of this.#graph?.layers ?? []) layer.trainable = value;
  }

  override get variables(): readonly Variable[] {
    return this.#graph ? variablesOf(this.#graph, new Set()) : [];
  }

  /** Names of the layers in the block, counted there: `conv2d`, `conv2d_1`. */
  get layerNames(): ReadonlyMap<Layer, string> {
    const nameOf = numberedNames();
    return new Map((this.#graph?.layers ?? []).map((layer) => [layer, nameOf(layer.className)]));
  }

  /** Named by the layer in the block: `conv2d/kernel`, `conv2d_1/kernel`. */
  override get namedVariables(): readonly NamedVariable[] {
    const seen = new Set<Variable>();
    return [...this.layerNames].flatMap(([layer, base]) => {
      const own = layer.namedVariables.filter(({ variable }) => !seen.has(variable));
      for (const { variable } of own) seen.add(variable);
      return own.map(({ name, variable, trainable }) => ({
        name: `${base}/${name}`,
        variable,
        trainable: trainable && layer.trainable,
      }));
    });
  }

  override record(_program: ProgramBuilder): Recorded {
    throw new Error(`layer "${this.name}": expected to be taken apart before it is recorded`);
  }
}

seeThroughProxies(Block);

/**
 * The base class of a layer in terms of others, with options each of which is written once, as of `defineLayer`. The class says in
 * `call` what the layer does.
 * @param className under which files hold it: `ResidualBlock`
 * @param fixed see `defineLayer`
 */
export function defineBlock<O extends Options>(
  className: string,
  declared: O,
  fixed: LayerConfig = {},
): (abstract new (
  ...args: Arguments<O>
) => Block & Values<O>) &
  Pick<LayerClass<O>, "className" | "declared" | "fixed"> {
  return declareOn(Block, className, declared, fixed) as never;
}

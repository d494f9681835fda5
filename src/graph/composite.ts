import { seeThroughProxies } from "../base/raw.js";
import type { ProgramBuilder, Recorded } from "../engine/program/program.js";
import type { Shape } from "../engine/program/shape.js";
import { Layer, type LayerConfig } from "../layers/base/layer.js";
import type { Graph } from "../layers/base/symbolic.js";
import type { Variable } from "../layers/base/variable.js";
import { chainShape } from "./chain.js";
import { Network } from "./network.js";

/** A layer that is a graph of others. */
export abstract class CompositeLayer extends Layer {
  abstract override get graph(): Graph | undefined;
  /** In Keras' order. */
  abstract get layers(): readonly Layer[];

  /** Takes the shapes of the inputs from outside, if they are not known yet. @throws RangeError if the layers do not fit them: then nothing has changed */
  protected abstract buildFor(shapes: readonly Shape[]): Graph;

  outputShape(inputs: readonly Shape[]): Shape {
    return this.outputShapes(inputs)[0]!;
  }

  override outputShapes(inputs: readonly Shape[]): readonly Shape[] {
    const { graph } = this;
    // Only a chain may not know its input yet.
    checkInputCount(graph?.inputs.length ?? 1, inputs);
    return graph ? new Network(graph, inputs).outputShapes : [chainShape(inputs[0]!, this.layers)];
  }

  /** Its layers get theirs. */
  override build(inputs: readonly Shape[]): void {
    if (!this.graph) this.buildFor(inputs);
  }

  override get variables(): readonly Variable[] {
    const { graph } = this;
    return graph ? variablesOf(graph, new Set()) : [];
  }

  override record(_program: ProgramBuilder): Recorded {
    throw new Error(`model "${this.name}": expected to be taken apart before it is recorded`);
  }

  override get trainable(): boolean {
    return super.trainable;
  }

  override set trainable(value: boolean) {
    super.trainable = value;
    for (const layer of this.layers) layer.trainable = value;
  }

  /** As `trainable = false`, but its layers keep their own flags. */
  freeze(): void {
    super.trainable = false;
  }

  override config(): LayerConfig {
    return {};
  }
}

seeThroughProxies(CompositeLayer);

/** @throws RangeError if there are not so many inputs */
export function checkInputCount(count: number, inputs: readonly Shape[]): void {
  if (inputs.length !== count) throw new RangeError(`expected ${count} inputs, got ${inputs.length}`);
}

/** Of all layers in Keras' order, each once. */
export function variablesOf({ layers }: Graph, seen: Set<Variable>): readonly Variable[] {
  const found: Variable[] = [];
  for (const layer of layers) {
    for (const variable of layer.graph ? variablesOf(layer.graph, seen) : layer.variables) {
      if (layer.graph || !seen.has(variable)) found.push(variable);
      seen.add(variable);
    }
  }
  return found;
}

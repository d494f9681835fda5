import type { ProgramBuilder, Recorded } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Layer } from "../layers/base/layer.js";
import { writeLayer } from "../layers/base/layerOption.js";
import { Weighted } from "../layers/base/weighted.js";
import type { Activation } from "./activation.js";

/** A layer without weights in the place of an activation: `activation: layers.leakyRelu({ negativeSlope: 0.1 })`. */
export class LayerActivation implements Activation {
  readonly name: string;

  /** @throws TypeError for a layer that may have weights */
  constructor(
    where: string,
    readonly layer: Layer,
  ) {
    this.name = layer.className;
    if (layer.weightSpecs === Weighted.prototype.weightSpecs && !layer.graph) return;
    throw new TypeError(`${where}: expected a layer without weights, got ${layer.className}; put it after this one`);
  }

  outputShape(shape: readonly number[]): readonly number[] {
    return this.layer.outputShape([shape]);
  }

  load(): Promise<void> {
    return this.layer.load();
  }

  record(program: ProgramBuilder, x: Region): Recorded {
    return this.layer.record(program, [x], []);
  }

  config(): unknown {
    return writeLayer(this.layer);
  }
}

import { integer } from "../../base/options.js";
import { randomCrop as pack } from "../../engine/kernels/packs/randomCrop.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { checkImage } from "../base/image.js";
import type { OptionsOf } from "../base/layer.js";
import { seed } from "../regularization/noise.js";
import { cropToAspectRatio } from "../reshaping/aspectRatio.js";
import { recordCrop } from "../reshaping/recordCrop.js";
import { recordResample } from "../reshaping/recordResample.js";
import { defineAugmentation, randomKeys } from "./augmentation.js";

/**
 * Training: a part of each image, at a place of its own; an image that is not larger than the part along both axes gives its middle,
 * brought to the size. Inference: y = x, so that what comes after has to allow images of both sizes. Shapes: (H, W, C) to
 * (height, width, C).
 */
export class RandomCrop extends defineAugmentation("RandomCrop", {
  /** Of the part. */
  height: integer(1),
  /** Of the part. */
  width: integer(1),
  /** Default null. Each number gives other random numbers under the same seed of the model. */
  seed: seed(),
}) {
  override outputShape([input]: readonly Shape[]): Shape {
    const [, , channels] = checkImage(input!);
    return [this.height, this.width, channels];
  }

  override inferenceShapes(inputs: readonly Shape[]): readonly Shape[] {
    return inputs;
  }

  override augment(program: ProgramBuilder, x: Region): Recorded {
    const [rows, columns, channels] = checkImage(x.shape);
    const { height, width } = this;
    if (rows <= height || columns <= width) return this.#recordMiddle(program, x);
    const y = program.region([height, width, channels]);
    const how = [...randomKeys(program, this.seed), rows, columns, channels, height, width] as const;
    program.call(pack, "randomCropForward", y, x, ...how);
    return {
      outputs: [y],
      backward([dy]) {
        if (!x.wantsGradient) return [undefined];
        const dx = program.region(x.shape);
        program.call(pack, "randomCropBackward", dx, dy!, ...how);
        return [dx];
      },
    };
  }

  /** As Keras does it: the place is that of the largest part of this aspect ratio, the size is not. */
  #recordMiddle(program: ProgramBuilder, x: Region): Recorded {
    const [rows, columns] = checkImage(x.shape);
    const { top, left } = cropToAspectRatio(x.shape, this);
    const [height, width] = [Math.min(this.height, rows - top), Math.min(this.width, columns - left)];
    const part = recordCrop(program, x, { top, left, height, width });
    if (height === this.height && width === this.width) return part;
    const size = { height: this.height, width: this.width, method: "bilinear", antialias: false } as const;
    const sized = recordResample(program, part.outputs[0]!, size);
    return {
      outputs: sized.outputs,
      backward: (dys) => (x.wantsGradient ? part.backward!(sized.backward!(dys)) : [undefined]),
    };
  }
}

/** Options of `randomCrop`. */
export type RandomCropOptions = OptionsOf<typeof RandomCrop>;
/**
 * Training: a part of each image, at a place of its own; an image that is not larger than the part along both axes gives its
 * middle, brought to the size. See {@link RandomCrop}.
 */
export const randomCrop = (options: RandomCropOptions): RandomCrop => new RandomCrop(options);

// One factory a layer, as the user writes it: `layers.conv2d({ filters: 32, kernelSize: 3 })`.

import { Conv2D, type Conv2DOptions } from "./conv2d.js";
import { Dense, type DenseOptions } from "./dense.js";
import { Flatten } from "./flatten.js";
import type { LayerOptions } from "./layer.js";
import { MaxPooling2D, type MaxPooling2DOptions } from "./maxPooling2d.js";
import { Rescaling, type RescalingOptions } from "./rescaling.js";

export const conv2d = (options: Conv2DOptions): Conv2D => new Conv2D(options);
export const dense = (options: DenseOptions): Dense => new Dense(options);
export const flatten = (options?: LayerOptions): Flatten => new Flatten(options);
export const maxPooling2d = (options?: MaxPooling2DOptions): MaxPooling2D => new MaxPooling2D(options);
export const rescaling = (options: RescalingOptions): Rescaling => new Rescaling(options);

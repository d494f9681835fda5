import { fromPixels } from "../data/fromPixels.js";
import type { Pixels } from "../data/pixels.js";
import { formatShape } from "../engine/program/shape.js";
import { type BaseModel, centerDigit, cleanDigit } from "../index.js";

/** The shape of what a model takes. @throws Error for a model that does not say */
export function inputShapeOf(model: BaseModel, name: string): readonly number[] {
  const [input] = model.graph?.inputs ?? [];
  if (!input) throw new Error(`${name}: expected a model that knows its input shape, got one that does not`);
  return input.sizes;
}

/** @throws Error for a model that does not give one number a class */
export function checkGivesClasses(model: BaseModel, name: string): void {
  const shapes = (model.graph?.outputs ?? []).map(({ sizes }) => sizes);
  if (shapes.length === 1 && shapes[0]!.length === 1) return;
  const given = shapes.map(formatShape).join(" and ");
  throw new Error(`${name}: expected a model that gives one number for each class, got one that gives ${given}`);
}

/** Bytes for the model: as they are if it begins with rescaling, else from 0 to 1, as such models are trained on that. */
export function scaled(model: BaseModel, bytes: Uint8Array): Uint8Array | Float32Array {
  return model.layers[0]?.className === "Rescaling" ? bytes : Float32Array.from(bytes, (value) => value / 255);
}

/** Height, width and channels of the images that a model takes. @throws Error for a model that takes something else */
export function imageShapeOf(model: BaseModel, name: string): readonly [number, number, number] {
  const shape = inputShapeOf(model, name);
  const [height, width, channels = 1] = shape.join() === "784" ? [28, 28] : shape;
  if (
    shape.length > 3 ||
    height === undefined ||
    width === undefined ||
    (channels !== 1 && channels !== 3 && channels !== 4)
  ) {
    throw new Error(`${name}: expected a model that takes images, got one that takes (${shape.join(", ")})`);
  }
  return [height, width, channels];
}

/**
 * An image for a model that takes images of this shape. One of the model's own size is taken as it is; for MNIST's size others
 * are taken for a digit, cleaned and centred as MNIST's are; for all other models they are resized.
 */
export function imageFor(
  [height, width, channels]: readonly [number, number, number],
  image: Pixels,
  invert: boolean,
): Uint8Array {
  const own = image.width === width && image.height === height;
  if (!own && height === 28 && width === 28 && channels === 1) return centerDigit(cleanDigit(image, { invert })).data;
  const { data } = fromPixels(image, { size: [height, width], channels: channels as 1 | 3 | 4 });
  return invert ? data.map((value, i) => (channels === 4 && i % 4 === 3 ? value : 255 - value)) : data;
}

/** Whether all pixels of an image are alike. */
export function isBlank(data: Uint8Array, channels: number): boolean {
  return data.every((value, i) => value === data[i % channels]);
}

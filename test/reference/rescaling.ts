import { type Tensor, tensor } from "./tensor.js";

/** y = x * scale + offset. */
export function rescalingForward({ x, scale, offset = 0 }: { x: Tensor; scale: number; offset?: number }): Tensor {
  return tensor(
    x.shape,
    x.data.map((value) => value * scale + offset),
  );
}

/** dx = dy * scale. */
export function rescalingBackward({ dy, scale }: { dy: Tensor; scale: number }): Tensor {
  return tensor(
    dy.shape,
    dy.data.map((gradient) => gradient * scale),
  );
}

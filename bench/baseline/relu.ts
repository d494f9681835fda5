/** y = max(x, 0), in place. */
export function relu(x: Float64Array): Float64Array {
  for (let i = 0; i < x.length; i++) x[i] = Math.max(x[i]!, 0);
  return x;
}

/** dy -> dx = dy where y > 0, else 0, in place. */
export function reluBackward(dy: Float64Array, y: Float64Array): Float64Array {
  for (let i = 0; i < dy.length; i++) if (y[i] === 0) dy[i] = 0;
  return dy;
}

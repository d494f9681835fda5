export const SIDE = 24;
export const NAMES = ["circle", "square", "triangle"];

/** Corners on a circle around the middle; many of them make a circle. */
const CORNERS = [40, 4, 3];

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32), so that every run draws the same shapes. */
export function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws one shape, in white on black, at a place and of a size and angle that `random` gives. */
export function drawShape(canvas, kind, random) {
  const between = (low, high) => low + random() * (high - low);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "black";
  context.fillRect(0, 0, SIDE, SIDE);
  context.strokeStyle = "white";
  context.lineWidth = between(1.5, 2.5);
  const radius = between(7, 10);
  const [x, y, start] = [between(radius, SIDE - radius), between(radius, SIDE - radius), between(0, 2 * Math.PI)];
  context.beginPath();
  for (let corner = 0; corner < CORNERS[kind]; corner++) {
    const angle = start + (2 * Math.PI * corner) / CORNERS[kind];
    context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  context.closePath();
  context.stroke();
}

export const SIDE = 24;
export const NAMES = ["circle", "square", "triangle"];

/** Corners on a circle around the middle; many of them make a circle. */
const CORNERS = [40, 4, 3];

const between = (low, high) => low + Math.random() * (high - low);

/** Draws one shape, in white on black, at a place and of a size and angle of its own. */
export function drawShape(canvas, kind) {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "black";
  context.fillRect(0, 0, SIDE, SIDE);
  context.strokeStyle = "white";
  context.lineWidth = between(1.5, 3);
  const radius = between(5, 9);
  const [x, y, start] = [between(radius, SIDE - radius), between(radius, SIDE - radius), between(0, 2 * Math.PI)];
  context.beginPath();
  for (let corner = 0; corner < CORNERS[kind]; corner++) {
    const angle = start + (2 * Math.PI * corner) / CORNERS[kind];
    context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  context.closePath();
  context.stroke();
}

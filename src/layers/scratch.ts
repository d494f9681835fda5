// Floats of scratch memory that kernels ask for.

/** Tiles that assembly/winogradTiles.ts takes at a time. */
export const WINOGRAD_BLOCK = 48;

/** Of products with k terms: `quads` times four rows, put together (assembly/quad.ts). */
export function productScratch(k: number, quads = 1): number {
  return 4 * (quads * k + 3);
}

/** Of a convolution with max pooling behind it: the patches of a pooling window, and where in the input each lies. */
export function pooledScratch(k: number, windowSize: number): number {
  const quads = Math.ceil(windowSize / 4);
  return productScratch(k, quads) + 4 * quads;
}

/** Of one of the sixteen matrices of a block (matrixSize in assembly/winogradTiles.ts). */
function matrixSize(columns: number): number {
  return WINOGRAD_BLOCK * columns + 16;
}

/** Of Winograd's forward pass: transformed inputs, their products, and what these need. */
export function winogradScratch(channels: number, filters: number): number {
  return 16 * (matrixSize(channels) + matrixSize(filters)) + productScratch(channels);
}

/** Of Winograd's kernel gradient: transformed inputs and gradients, and the transformed result. */
export function winogradBackwardScratch(channels: number, filters: number): number {
  return 16 * (matrixSize(channels) + matrixSize(filters) + channels * filters);
}

// Floats of scratch memory that kernels ask for.

/** Tiles in a block, of 2 x 2 and of 4 x 4: TILES and TILES4 in assembly/convolution, which a test compares. */
export const WINOGRAD_BLOCK = { 2: 48, 4: 16 } as const;

/** Of products with k terms: `quads` times four rows, put together (assembly/lib/quad.ts). */
export function productScratch(k: number, quads = 1): number {
  return 4 * (quads * k + 3);
}

/** Of a convolution with max pooling after it: the patches of a pooling window, and where in the input each lies. */
export function pooledScratch(k: number, windowSize: number): number {
  const quads = Math.ceil(windowSize / 4);
  return productScratch(k, quads) + 4 * quads;
}

/** Of one of the matrices of a block (matrixSize in assembly/convolution/winogradTiles.ts). */
function matrixSize(size: 2 | 4, columns: number): number {
  return WINOGRAD_BLOCK[size] * columns + 16;
}

/** Of Winograd's transformed kernels, the 6 x 6 ones with what their transform keeps for a moment. */
export function winogradKernelSize(size: 2 | 4, channels: number, filters: number): number {
  return (size + 2) ** 2 * (channels * filters + 16) + (size === 4 ? 72 : 0);
}

/** Of Winograd's forward pass: transformed inputs, their products, and what these need; 6 x 6 tiles take some more. */
export function winogradScratch(size: 2 | 4, channels: number, filters: number): number {
  const matrices = (size + 2) ** 2 * (matrixSize(size, channels) + matrixSize(size, filters));
  return matrices + productScratch(channels) + (size === 4 ? 240 + WINOGRAD_BLOCK[4] : 0);
}

/** Of Winograd's kernel gradient: transformed inputs and gradients, and the transformed result. */
export function winogradBackwardScratch(channels: number, filters: number): number {
  return 16 * (matrixSize(2, channels) + matrixSize(2, filters) + channels * filters);
}

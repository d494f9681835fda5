// How Winograd's tiles cover the outputs of a 3 x 3 convolution. It depends on shapes only.

/** Tiles of F(2x2, 3x3) or F(4x4, 3x3), side by side in a rectangle that begins at output (top, left). */
export interface WinogradTiles {
  readonly size: 2 | 4;
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
}

/** Channels times filters up to which tiles of 4 x 4 were measured: their 36 transformed kernels take 2.4 MB there. */
const LARGEST_KERNEL = 128 * 128;

/**
 * What a tile costs, in operations on four floats as the direct form does them (four and a half for each channel, filter and
 * output): its products (8 or 18 for a channel and a filter, at two thirds of that form's pace: hence 12 and 27) and
 * transforms. Measured on V8 13, AMD Zen 4: for 64 channels and filters and 3 x 3 outputs that says 0.75 of the direct form's time,
 * and it takes 0.65; for 32 to 64 and 16 x 16 outputs 0.62 of the time in tiles of 2 x 2, and it takes 0.66.
 */
export function winogradTileCost(size: 2 | 4, channels: number, filters: number): number {
  return size === 2
    ? 12 * channels * filters + 16 * channels + 13 * filters
    : 27 * channels * filters + 132 * channels + 76 * filters;
}

/** Of all tiles, see `winogradTileCost`. */
export function winogradCost(tiles: readonly WinogradTiles[], channels: number, filters: number): number {
  const costs = tiles.map(({ size, rows, columns }) => rows * columns * winogradTileCost(size, channels, filters));
  return costs.reduce((sum, cost) => sum + cost, 0);
}

/** Along one axis: tiles of four, and where a tile of two has to take the rest. Three outputs are one tile of four. */
function foursOf(outputs: number): number {
  return outputs % 4 === 3 ? Math.ceil(outputs / 4) : Math.floor(outputs / 4);
}

/** The cheapest cover: all tiles 2 x 2, or 4 x 4 with 2 x 2 for the rest at the right and below. */
export function winogradTiles(
  rows: number,
  columns: number,
  channels: number,
  filters: number,
): readonly WinogradTiles[] {
  const twos = (top: number, left: number, height: number, width: number): WinogradTiles[] =>
    height > 0 && width > 0 ? [{ size: 2, top, left, rows: Math.ceil(height / 2), columns: Math.ceil(width / 2) }] : [];
  const small = twos(0, 0, rows, columns);
  const [fourRows, fourColumns] = [foursOf(rows), foursOf(columns)];
  if (fourRows === 0 || fourColumns === 0 || channels * filters > LARGEST_KERNEL) return small;
  const mixed: WinogradTiles[] = [
    { size: 4, top: 0, left: 0, rows: fourRows, columns: fourColumns },
    ...twos(0, 4 * fourColumns, Math.min(rows, 4 * fourRows), columns - 4 * fourColumns),
    ...twos(4 * fourRows, 0, rows - 4 * fourRows, columns),
  ];
  return winogradCost(mixed, channels, filters) < winogradCost(small, channels, filters) ? mixed : small;
}

/** One file of a bundled page. */
export interface PageFile {
  readonly name: string;
  readonly code: string;
  /** Paths of its modules below the root. */
  readonly modules: readonly string[];
  /** Names of the files that it loads at once. */
  readonly imports: readonly string[];
}
type Bundle = (entry: string, options?: { code?: string; minify?: boolean }) => Promise<PageFile[]>;

export const root: string;
export const hasEsbuild: boolean;
export const bundleWithRolldown: Bundle;
export const bundleWithEsbuild: Bundle;
export function loadedAtOnce(files: readonly PageFile[]): PageFile[];
export function runPage(files: readonly PageFile[], folder: string, argument: unknown): Promise<PageFile[]>;
export function page(name: string): string;
export function argumentOf(name: string): Promise<unknown>;

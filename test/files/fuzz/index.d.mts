export interface FuzzTotal {
  files: number;
  read: number;
}
export function fuzz(options: {
  from?: number;
  threads?: number;
  enough: (total: FuzzTotal) => boolean;
}): Promise<FuzzTotal>;

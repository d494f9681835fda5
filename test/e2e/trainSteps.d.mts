export interface TrainStepsResult {
  readonly fingerprint: string;
  readonly loss: number;
  readonly workers: number;
  readonly shards: readonly number[];
  readonly reason?: string;
}

export function trainSteps(options?: {
  steps?: number;
  threads?: readonly number[];
  mnist?: object;
}): Promise<TrainStepsResult[]>;

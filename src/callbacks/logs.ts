/** The loss and the metrics, by name. */
export interface Logs {
  loss: number;
  [metric: string]: number;
}

/** What turning on 256-bit vectors would do. */
export interface Turbo {
  readonly available: boolean;
  /** Why it is not available, or what it will do. */
  readonly note: string;
}

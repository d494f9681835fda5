/** A training step that gave NaN or infinity, and so changed nothing. */
export class NotFinite extends Error {
  constructor(where: string, step: number, what: string) {
    super(
      `${where}: expected finite numbers, got NaN or Infinity in step ${step}, first in ${what}; ` +
        "the weights are those of the step before",
    );
  }
}

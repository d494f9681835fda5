/** Least and greatest output of an activation that does nothing but to bring numbers between them, such as relu. */
export type Bounds = readonly [least: number, most: number];

export const UNBOUNDED: Bounds = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** The options of Keras' RMSprop. */
export interface RmspropOptions {
  /** Default 0.001. */
  readonly learningRate?: number;
  /** Default 0.9. */
  readonly rho?: number;
  /** Default 0. */
  readonly momentum?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
  /** Default false. */
  readonly centered?: boolean;
}

/** The weights and the slots of the optimizer, all of one length. */
export interface RmspropState {
  readonly w: Float64Array;
  readonly velocity: Float64Array;
  readonly momentum: Float64Array;
  readonly averageGradient: Float64Array;
}

/** The state before the first step: a copy of the weights, zeros in the slots. */
export function rmspropInit(w: ArrayLike<number>): RmspropState {
  return {
    w: Float64Array.from(w),
    velocity: new Float64Array(w.length),
    momentum: new Float64Array(w.length),
    averageGradient: new Float64Array(w.length),
  };
}

/**
 * One step, g the gradient: v = rho v + (1 - rho) g^2; d = v + epsilon; i = learningRate g / sqrt(d); w = w - i.
 * Centered: a = rho a + (1 - rho) g; d = v - a^2 + epsilon. With momentum: m = momentum m + i; w = w - m.
 * Returns the next state.
 */
export function rmspropStep(
  state: RmspropState,
  gradient: ArrayLike<number>,
  options: RmspropOptions = {},
): RmspropState {
  const { learningRate = 0.001, rho = 0.9, momentum = 0, epsilon = 1e-7, centered = false } = options;
  const g = Float64Array.from(gradient);
  const velocity = state.velocity.map((v, i) => rho * v + (1 - rho) * g[i]! ** 2);
  const averageGradient = state.averageGradient.map((a, i) => (centered ? rho * a + (1 - rho) * g[i]! : 0));
  const denominator = velocity.map((v, i) => v - averageGradient[i]! ** 2 + epsilon);
  const increment = denominator.map((d, i) => (learningRate * g[i]!) / Math.sqrt(d));
  const momentums = state.momentum.map((m, i) => (momentum > 0 ? momentum * m + increment[i]! : 0));
  const w = state.w.map((value, i) => value - (momentum > 0 ? momentums[i]! : increment[i]!));
  return { w, velocity, momentum: momentums, averageGradient };
}

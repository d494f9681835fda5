/** A weight tensor with its gradient, summed over the batch, and RMSprop's running mean of squared gradients. */
export class Parameter {
  readonly value: Float64Array;
  readonly gradient: Float64Array;
  readonly velocity: Float32Array;

  constructor(value: ArrayLike<number>) {
    this.value = Float64Array.from(value);
    this.gradient = new Float64Array(value.length);
    this.velocity = new Float32Array(value.length);
  }
}

/**
 * One step of RMSprop as Keras 3 defines it (epsilon inside the root), then clears the gradient:
 * velocity = rho velocity + (1 - rho) g^2, value -= learningRate g / sqrt(velocity + epsilon), g = gradient / samples.
 */
export function rmsprop(parameter: Parameter, samples: number, learningRate = 0.001, rho = 0.9, epsilon = 1e-7): void {
  const { value, gradient, velocity } = parameter;
  for (let i = 0; i < value.length; i++) {
    const g = gradient[i]! / samples;
    const v = rho * velocity[i]! + (1 - rho) * g * g;
    velocity[i] = v;
    value[i] = Math.fround(value[i]! - (learningRate * g) / Math.sqrt(v + epsilon));
  }
  gradient.fill(0);
}

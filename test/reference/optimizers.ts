/** Options as the constructors take them, all given. */
export type OptimizerOptions = Readonly<Record<string, number>>;

/** Slots by their names, and the weights, all of one length. */
export type OptimizerState = { readonly w: Float64Array } & Readonly<Record<string, Float64Array>>;

/** What an update changes in place. t counts updates from 1 on. */
type Update = (state: OptimizerState, g: Float64Array, options: OptimizerOptions & { lr: number; t: number }) => void;

const eachOf = (length: number, body: (i: number) => void) => {
  for (let i = 0; i < length; i++) body(i);
};

/** m += (g - m)(1 - beta1); v += (g^2 - v)(1 - beta2) */
function moments({ m, v }: OptimizerState, g: Float64Array, { beta1, beta2 }: OptimizerOptions): void {
  eachOf(g.length, (i) => {
    m![i]! += (g[i]! - m![i]!) * (1 - beta1!);
    v![i]! += (g[i]! ** 2 - v![i]!) * (1 - beta2!);
  });
}

/** The momentum of Nadam's update t. */
const nadamMomentum = (beta1: number, t: number) => beta1 * (1 - 0.5 * 0.96 ** t);

/** The updates of all optimizers, in plain loops; slots have the kernels' short names. */
export const updates: Readonly<Record<string, Update>> = {
  /** m = momentum m - lr g; w += m, or momentum m - lr g with Nesterov's */
  SGD({ w, m }, g, { lr, momentum = 0, nesterov }) {
    eachOf(g.length, (i) => {
      m![i] = momentum * m![i]! - lr * g[i]!;
      w[i]! += nesterov ? momentum * m![i]! - lr * g[i]! : m![i]!;
    });
  },
  /** w -= lr sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon); with amsgrad the greatest v so far */
  Adam(state, g, options) {
    const { lr, t, beta1, beta2, epsilon, amsgrad } = options;
    const { w, m, v, h } = state;
    moments(state, g, options);
    const alpha = (lr * Math.sqrt(1 - beta2! ** t)) / (1 - beta1! ** t);
    eachOf(g.length, (i) => {
      h![i] = amsgrad ? Math.max(h![i]!, v![i]!) : v![i]!;
      w[i]! -= (alpha * m![i]!) / (Math.sqrt(h![i]!) + epsilon!);
    });
  },
  /** u = max(beta2 u, |g|); w -= lr m / ((1 - beta1^t)(u + epsilon)) */
  Adamax({ w, m, u }, g, { lr, t, beta1, beta2, epsilon }) {
    eachOf(g.length, (i) => {
      m![i]! += (g[i]! - m![i]!) * (1 - beta1!);
      u![i] = Math.max(beta2! * u![i]!, Math.abs(g[i]!));
      w[i]! -= (lr * m![i]!) / ((1 - beta1! ** t) * (u![i]! + epsilon!));
    });
  },
  /** w -= lr (u1 m / (1 - p1) + (1 - u) g / (1 - p)) / (sqrt(v / (1 - beta2^t)) + epsilon) */
  Nadam(state, g, options) {
    const { lr, t, beta1, beta2, epsilon } = options;
    const { w, m, v } = state;
    moments(state, g, options);
    let p = 1;
    for (let n = 1; n <= t; n++) p *= nadamMomentum(beta1!, n);
    const [u, u1] = [nadamMomentum(beta1!, t), nadamMomentum(beta1!, t + 1)];
    eachOf(g.length, (i) => {
      const direction = (u1 * m![i]!) / (1 - p * u1) + ((1 - u) * g[i]!) / (1 - p);
      w[i]! -= (lr * direction) / (Math.sqrt(v![i]! / (1 - beta2! ** t)) + epsilon!);
    });
  },
  /** a += g^2; w -= lr g / sqrt(a + epsilon) */
  Adagrad({ w, a }, g, { lr, epsilon }) {
    eachOf(g.length, (i) => {
      a![i]! += g[i]! ** 2;
      w[i]! -= (lr * g[i]!) / Math.sqrt(a![i]! + epsilon!);
    });
  },
  /** a = rho a + (1 - rho) g^2; d = -g sqrt(b + epsilon) / sqrt(a + epsilon); b = rho b + (1 - rho) d^2; w += lr d */
  Adadelta({ w, a, b }, g, { lr, rho, epsilon }) {
    eachOf(g.length, (i) => {
      a![i] = rho! * a![i]! + (1 - rho!) * g[i]! ** 2;
      const d = (-g[i]! * Math.sqrt(b![i]! + epsilon!)) / Math.sqrt(a![i]! + epsilon!);
      b![i] = rho! * b![i]! + (1 - rho!) * d ** 2;
      w[i]! += lr * d;
    });
  },
  /** See assembly/optimizers/ftrl.ts. */
  Ftrl({ w, a, z }, g, { lr, power, l1, l2, shrinkage, beta }) {
    eachOf(g.length, (i) => {
      const after = a![i]! + g[i]! ** 2;
      const slope = (after ** power! - a![i]! ** power!) / lr;
      z![i]! += g[i]! + 2 * shrinkage! * w[i]! - slope * w[i]!;
      const quadratic = after ** power! / lr + 2 * (l2! + beta! / (2 * lr));
      w[i] = (Math.min(Math.max(z![i]!, -l1!), l1!) - z![i]!) / quadratic;
      a![i] = after;
    });
  },
  /** w -= lr sign(beta1 m + (1 - beta1) g); m = beta2 m + (1 - beta2) g */
  Lion({ w, m }, g, { lr, beta1, beta2 }) {
    eachOf(g.length, (i) => {
      w[i]! -= lr * Math.sign(beta1! * m![i]! + (1 - beta1!) * g[i]!);
      m![i] = beta2! * m![i]! + (1 - beta2!) * g[i]!;
    });
  },
  /** d = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon); w -= lr |w| / |d| d over a whole weight */
  Lamb(state, g, options) {
    const { lr, t, beta1, beta2, epsilon } = options;
    const { w, m, v } = state;
    moments(state, g, options);
    const d = m!.map((mean, i) => mean / (1 - beta1! ** t) / (Math.sqrt(v![i]! / (1 - beta2! ** t)) + epsilon!));
    const [a, b] = [Math.hypot(...w), Math.hypot(...d)];
    const ratio = a > 0 && b > 0 ? a / b : 1;
    eachOf(g.length, (i) => {
      w[i]! -= lr * ratio * d[i]!;
    });
  },
};

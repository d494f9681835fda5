import { normalTail } from "../reference/normal.js";
import { sizeOf, type Tensor, tensor } from "../reference/tensor.js";

// Operators of ONNX as its specification says them, in plain loops over any number of axes: those that our exporters write.

export type Attributes = ReadonlyMap<string, readonly (number | string)[]>;
/** Inputs that are left out are undefined. */
export type Operator = (inputs: readonly Tensor[], attributes: Attributes) => Tensor;

const numbers = (attributes: Attributes, name: string) => attributes.get(name) as readonly number[] | undefined;
const number = (attributes: Attributes, name: string, fallback: number) => numbers(attributes, name)?.[0] ?? fallback;
const text = (attributes: Attributes, name: string) => attributes.get(name)?.[0] as string | undefined;

/** All places of a tensor of this shape, in order. */
function* places(shape: readonly number[]): Generator<number[]> {
  const index = shape.map(() => 0);
  for (let i = 0; i < sizeOf(shape); i++) {
    yield [...index];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
}

const offset = (shape: readonly number[], index: readonly number[]) =>
  index.reduce((sum, i, axis) => sum * shape[axis]! + i, 0);
const at = (x: Tensor, index: readonly number[]) => x.data[offset(x.shape, index)]!;
const fill = (shape: readonly number[], value: (index: number[]) => number) =>
  tensor(shape, Array.from(places(shape), value));
const positive = (axis: number, { shape }: Tensor) => (axis < 0 ? axis + shape.length : axis);

const each =
  (f: (x: number, attributes: Attributes) => number): Operator =>
  ([x], attributes) =>
    tensor(
      x!.shape,
      x!.data.map((value) => f(value, attributes)),
    );

/** Elementwise, with NumPy's broadcasting. */
const broadcast =
  (f: (...values: number[]) => number): Operator =>
  (inputs) => {
    const rank = Math.max(...inputs.map(({ shape }) => shape.length));
    const all = inputs.map(({ shape, data }) =>
      tensor([...Array<number>(rank - shape.length).fill(1), ...shape], data),
    );
    const shape = Array.from({ length: rank }, (_, axis) => Math.max(...all.map((x) => x.shape[axis]!)));
    return fill(shape, (index) =>
      f(
        ...all.map((x) =>
          at(
            x,
            index.map((i, axis) => (x.shape[axis] === 1 ? 0 : i)),
          ),
        ),
      ),
    );
  };

/** Over the axes of the attribute, or of the second input. */
const reduce =
  (f: (values: number[]) => number): Operator =>
  ([x, given], attributes) => {
    const axes = [...(given?.data ?? numbers(attributes, "axes")!)].map((axis) => positive(axis, x!));
    const shape = x!.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const found = Array.from({ length: sizeOf(shape) }, (): number[] => []);
    for (const index of places(x!.shape)) {
      found[
        offset(
          shape,
          index.map((i, axis) => (axes.includes(axis) ? 0 : i)),
        )
      ]!.push(at(x!, index));
    }
    const stay = number(attributes, "keepdims", 1) === 1;
    return tensor(stay ? shape : shape.filter((_, axis) => !axes.includes(axis)), found.map(f));
  };

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

/** Values along an axis, row by row, by others. */
const along =
  (f: (row: number[]) => number[]) =>
  (x: Tensor, given: number): Tensor => {
    const axis = positive(given, x);
    const y = tensor(x.shape);
    for (const index of places(x.shape.with(axis, 1))) {
      const row = Array.from({ length: x.shape[axis]! }, (_, i) => index.with(axis, i));
      for (const [i, value] of f(row.map((place) => at(x, place))).entries()) y.data[offset(x.shape, row[i]!)] = value;
    }
    return y;
  };

const softmax = (row: readonly number[]) => {
  const powers = row.map((value) => Math.exp(value - Math.max(...row)));
  return powers.map((power) => power / sum(powers));
};

/** Scaled and shifted to mean 0 and variance 1 over all axes from `first` on. */
function standardized(x: Tensor, first: number, epsilon: number): Tensor {
  const size = sizeOf(x.shape.slice(first));
  const rows = Array.from({ length: x.data.length / size }, (_, i) => [...x.data.slice(i * size, (i + 1) * size)]);
  const all = rows.flatMap((row) => {
    const centre = mean(row);
    const scale = 1 / Math.sqrt(mean(row.map((value) => (value - centre) ** 2)) + epsilon);
    return row.map((value) => (value - centre) * scale);
  });
  return tensor(x.shape, all);
}

interface Window {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly before: readonly number[];
  readonly output: readonly number[];
}

function windowOf({ shape }: Tensor, size: readonly number[], attributes: Attributes): Window {
  const ones = size.map(() => 1);
  const strides = numbers(attributes, "strides") ?? ones;
  const dilations = numbers(attributes, "dilations") ?? ones;
  const pads = numbers(attributes, "pads") ?? [...ones, ...ones].fill(0);
  const isSame = text(attributes, "auto_pad") === "SAME_UPPER";
  const axes = size.map((length, i) => {
    const [input, stride, reach] = [shape[i + 2]!, strides[i]!, (length - 1) * dilations[i]! + 1];
    if (!isSame) {
      const padded = input + pads[i]! + pads[i + size.length]!;
      return { before: pads[i]!, output: Math.floor((padded - reach) / stride) + 1 };
    }
    const output = Math.ceil(input / stride);
    return { before: Math.floor(Math.max(0, (output - 1) * stride + reach - input) / 2), output };
  });
  return {
    size,
    strides,
    dilations,
    before: axes.map(({ before }) => before),
    output: axes.map(({ output }) => output),
  };
}

/** The places of the input that a window sees, as many as lie in it, with the place in the window. */
function* seen({ size, strides, dilations, before }: Window, to: readonly number[], input: readonly number[]) {
  for (const inside of places(size)) {
    const from = inside.map((i, axis) => to[axis]! * strides[axis]! + i * dilations[axis]! - before[axis]!);
    if (from.every((i, axis) => i >= 0 && i < input[axis]!)) yield { inside, from };
  }
}

const pool =
  (f: (values: number[]) => number): Operator =>
  ([x], attributes) => {
    const window = windowOf(x!, numbers(attributes, "kernel_shape")!, attributes);
    return fill([...x!.shape.slice(0, 2), ...window.output], ([n, c, ...to]) =>
      f(Array.from(seen(window, to, x!.shape.slice(2)), ({ from }) => at(x!, [n!, c!, ...from]))),
    );
  };
const poolAll =
  (f: (values: number[]) => number): Operator =>
  ([x]) => {
    const axes = x!.shape.map((_, axis) => axis).slice(2);
    return reduce(f)([x!], new Map([["axes", axes]]));
  };

/** Where a resized axis takes an output from: places and their weights. */
function taken(attributes: Attributes, o: number, size: number, scale: number): (readonly [number, number])[] {
  const inside = (i: number) => Math.min(Math.max(i, 0), size - 1);
  const x = text(attributes, "coordinate_transformation_mode") === "asymmetric" ? o / scale : (o + 0.5) / scale - 0.5;
  if (text(attributes, "mode") === "nearest") return [[inside(Math.floor(x)), 1]];
  const first = Math.floor(x);
  return [
    [inside(first), 1 - (x - first)],
    [inside(first + 1), x - first],
  ];
}

export const OPERATORS: Readonly<Record<string, Operator>> = {
  Identity: ([x]) => x!,
  Cast: ([x]) => x!,
  Add: broadcast((a, b) => a! + b!),
  Sub: broadcast((a, b) => a! - b!),
  Mul: broadcast((a, b) => a! * b!),
  Div: broadcast((a, b) => a! / b!),
  Max: broadcast(Math.max),
  Min: broadcast(Math.min),
  Equal: broadcast((a, b) => Number(a === b)),
  Greater: broadcast((a, b) => Number(a! > b!)),
  Where: broadcast((condition, a, b) => (condition ? a! : b!)),
  PRelu: broadcast((x, slope) => (x! < 0 ? slope! * x! : x!)),
  Clip: broadcast((x, least, most) => Math.min(Math.max(x!, least!), most!)),
  Exp: each(Math.exp),
  Neg: each((x) => -x),
  Abs: each(Math.abs),
  Log: each(Math.log),
  Pow: broadcast((x, exponent) => x! ** exponent!),
  Sqrt: each(Math.sqrt),
  Tanh: each(Math.tanh),
  Erf: each((x) => Math.sign(x) * (1 - normalTail(Math.abs(x) * Math.SQRT2))),
  Sigmoid: each((x) => 1 / (1 + Math.exp(-x))),
  Softplus: each((x) => Math.log1p(Math.exp(x))),
  Softsign: each((x) => x / (1 + Math.abs(x))),
  Relu: each((x) => Math.max(x, 0)),
  LeakyRelu: each((x, attributes) => (x < 0 ? number(attributes, "alpha", 0.01) * x : x)),
  Elu: each((x, attributes) => (x < 0 ? number(attributes, "alpha", 1) * Math.expm1(x) : x)),
  Celu: each((x, attributes) => {
    const alpha = number(attributes, "alpha", 1);
    return Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha));
  }),
  Selu: each((x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
  HardSwish: each((x) => x * Math.max(0, Math.min(1, x / 6 + 0.5))),
  HardSigmoid: each((x, attributes) => {
    return Math.max(0, Math.min(1, number(attributes, "alpha", 0.2) * x + number(attributes, "beta", 0.5)));
  }),
  Shrink: each((x, attributes) => {
    const [lambd, bias] = [number(attributes, "lambd", 0.5), number(attributes, "bias", 0)];
    return x < -lambd ? x + bias : x > lambd ? x - bias : 0;
  }),
  Softmax: ([x], attributes) => along(softmax)(x!, number(attributes, "axis", -1)),
  LogSoftmax: ([x], attributes) => along((row) => softmax(row).map(Math.log))(x!, number(attributes, "axis", -1)),
  CumSum: ([x, axis]) => along((row) => row.map((_, i) => sum(row.slice(0, i + 1))))(x!, axis!.data[0]!),
  /** Its values, all of an axis. */
  TopK: ([x], attributes) => along((row) => row.sort((a, b) => b - a))(x!, number(attributes, "axis", -1)),
  ReduceMax: reduce((values) => Math.max(...values)),
  ReduceMin: reduce((values) => Math.min(...values)),
  ReduceMean: reduce(mean),
  ReduceSum: reduce(sum),
  ReduceSumSquare: reduce((values) => sum(values.map((value) => value * value))),

  Conv([x, w, b], attributes) {
    const window = windowOf(x!, w!.shape.slice(2), attributes);
    const [filters, channels] = w!.shape as [number, number];
    const perGroup = filters / number(attributes, "group", 1);
    return fill([x!.shape[0]!, filters, ...window.output], ([n, f, ...to]) => {
      const first = Math.floor(f! / perGroup) * channels;
      let total = b?.data[f!] ?? 0;
      for (const { inside, from } of seen(window, to, x!.shape.slice(2))) {
        for (let c = 0; c < channels; c++) total += at(x!, [n!, first + c, ...from]) * at(w!, [f!, c, ...inside]);
      }
      return total;
    });
  },
  ConvTranspose([x, w, b], attributes) {
    const size = w!.shape.slice(2);
    const [strides, dilations, pads, more] = ["strides", "dilations", "pads", "output_padding"].map(
      (name) => numbers(attributes, name)!,
    ) as [number[], number[], number[], number[]];
    const output = size.map((length, i) => {
      const reach = (length - 1) * dilations[i]! + 1;
      return (x!.shape[i + 2]! - 1) * strides[i]! + reach + more[i]! - pads[i]! - pads[i + size.length]!;
    });
    const [channels, filters] = w!.shape as [number, number];
    const y = fill([x!.shape[0]!, filters, ...output], ([, f]) => b?.data[f!] ?? 0);
    for (const [n, c, ...from] of places(x!.shape)) {
      for (const inside of places(size)) {
        const to = inside.map((i, axis) => from[axis]! * strides[axis]! + i * dilations[axis]! - pads[axis]!);
        if (!to.every((i, axis) => i >= 0 && i < output[axis]!) || c! >= channels) continue;
        for (let f = 0; f < filters; f++) {
          y.data[offset(y.shape, [n!, f, ...to])]! += at(x!, [n!, c!, ...from]) * at(w!, [c!, f, ...inside]);
        }
      }
    }
    return y;
  },
  MaxPool: pool((values) => Math.max(...values)),
  AveragePool: pool(mean),
  GlobalMaxPool: poolAll((values) => Math.max(...values)),
  GlobalAveragePool: poolAll(mean),
  BatchNormalization([x, gamma, beta, average, variance], attributes) {
    const epsilon = number(attributes, "epsilon", 1e-5);
    return fill(x!.shape, (index) => {
      const c = index[1]!;
      const scale = gamma!.data[c]! / Math.sqrt(variance!.data[c]! + epsilon);
      return (at(x!, index) - average!.data[c]!) * scale + beta!.data[c]!;
    });
  },
  InstanceNormalization([x, scale, shift], attributes) {
    const y = standardized(x!, 2, number(attributes, "epsilon", 1e-5));
    return fill(x!.shape, (index) => at(y, index) * scale!.data[index[1]!]! + shift!.data[index[1]!]!);
  },
  LayerNormalization([x, scale, shift], attributes) {
    const y = standardized(x!, positive(number(attributes, "axis", -1), x!), number(attributes, "epsilon", 1e-5));
    const scaled = OPERATORS.Mul!([y, scale!], attributes);
    return shift ? OPERATORS.Add!([scaled, shift], attributes) : scaled;
  },
  Gemm: ([a, b, c]) => OPERATORS.Add!([OPERATORS.MatMul!([a!, b!], new Map()), c ?? tensor([1])], new Map()),
  MatMul([a, b]) {
    const [rank, k] = [Math.max(a!.shape.length, b!.shape.length), a!.shape.at(-1)!];
    const [left, right] = [a!, b!].map(({ shape, data }) =>
      tensor([...Array<number>(rank - shape.length).fill(1), ...shape], data),
    ) as [Tensor, Tensor];
    const outer = left.shape.slice(0, -2).map((size, axis) => Math.max(size, right.shape[axis]!));
    const of = (x: Tensor, index: readonly number[]) =>
      at(
        x,
        index.map((i, axis) => (axis < rank - 2 && x.shape[axis] === 1 ? 0 : i)),
      );
    return fill([...outer, left.shape[rank - 2]!, right.shape[rank - 1]!], (index) => {
      const [row, column] = index.slice(-2) as [number, number];
      const first = index.slice(0, -2);
      return sum(Array.from({ length: k }, (_, i) => of(left, [...first, row, i]) * of(right, [...first, i, column])));
    });
  },

  Transpose([x], attributes) {
    const order = numbers(attributes, "perm")!;
    return fill(
      order.map((axis) => x!.shape[axis]!),
      (index) =>
        at(
          x!,
          x!.shape.map((_, axis) => index[order.indexOf(axis)]!),
        ),
    );
  },
  DepthToSpace([x], attributes) {
    const b = number(attributes, "blocksize", 0);
    const [n, c, h, w] = x!.shape as [number, number, number, number];
    const channels = c / b ** 2;
    return fill([n, channels, h * b, w * b], ([sample, channel, i, j]) => {
      const inBlock = (i! % b) * b + (j! % b);
      return at(x!, [sample!, inBlock * channels + channel!, Math.floor(i! / b), Math.floor(j! / b)]);
    });
  },
  SpaceToDepth([x], attributes) {
    const b = number(attributes, "blocksize", 0);
    const [n, c, h, w] = x!.shape as [number, number, number, number];
    return fill([n, c * b ** 2, h / b, w / b], ([sample, channel, i, j]) => {
      const inBlock = Math.floor(channel! / c);
      return at(x!, [sample!, channel! % c, i! * b + Math.floor(inBlock / b), j! * b + (inBlock % b)]);
    });
  },
  Flatten([x], attributes) {
    const axis = number(attributes, "axis", 1);
    return tensor([sizeOf(x!.shape.slice(0, axis)), sizeOf(x!.shape.slice(axis))], x!.data);
  },
  Reshape([x, given]) {
    const sizes = Array.from(given!.data, (size, axis) => (size === 0 ? x!.shape[axis]! : size));
    const known = sizeOf(sizes.filter((size) => size >= 0));
    return tensor(
      sizes.map((size) => (size < 0 ? x!.data.length / known : size)),
      x!.data,
    );
  },
  Shape([x], attributes) {
    const shape = x!.shape.slice(number(attributes, "start", 0), numbers(attributes, "end")?.[0]);
    return tensor([shape.length], shape);
  },
  Unsqueeze([x, axes]) {
    const shape = [...x!.shape];
    const rank = shape.length + axes!.data.length;
    for (const axis of Array.from(axes!.data, (each) => (each < 0 ? each + rank : each)).sort((a, b) => a - b)) {
      shape.splice(axis, 0, 1);
    }
    return tensor(shape, x!.data);
  },
  Expand: ([x, shape]) => OPERATORS.Add!([x!, tensor([...shape!.data])], new Map()),
  Gather([x, indices], attributes) {
    const axis = positive(number(attributes, "axis", 0), x!);
    return fill(x!.shape.with(axis, indices!.data.length), (index) =>
      at(x!, index.with(axis, indices!.data[index[axis]!]!)),
    );
  },
  Slice([x, starts, ends, axes, steps]) {
    const shape = [...x!.shape];
    const taken = shape.map((size) => Array.from({ length: size }, (_, i) => i));
    for (const [i, given] of axes!.data.entries()) {
      const axis = positive(given, x!);
      const size = x!.shape[axis]!;
      const step = steps?.data[i] ?? 1;
      // Backwards the first place is the last, and the end may lie before the first.
      const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
      const [start, end] = [starts!, ends!].map(({ data }) =>
        Math.min(Math.max(data[i]! < 0 ? data[i]! + size : data[i]!, least), most),
      );
      taken[axis] = [];
      for (let at = start!; step > 0 ? at < end! : at > end!; at += step) taken[axis].push(at);
      shape[axis] = taken[axis].length;
    }
    return fill(shape, (index) =>
      at(
        x!,
        index.map((i, axis) => taken[axis]![i]!),
      ),
    );
  },
  Squeeze([x, axes]) {
    const gone = Array.from(axes!.data, (axis) => positive(axis, x!));
    return tensor(
      x!.shape.filter((_, axis) => !gone.includes(axis)),
      x!.data,
    );
  },
  Pad([x, pads, value]) {
    const rank = x!.shape.length;
    const shape = x!.shape.map((size, axis) => size + pads!.data[axis]! + pads!.data[axis + rank]!);
    return fill(shape, (index) => {
      const from = index.map((i, axis) => i - pads!.data[axis]!);
      return from.every((i, axis) => i >= 0 && i < x!.shape[axis]!) ? at(x!, from) : (value?.data[0] ?? 0);
    });
  },
  Concat(inputs, attributes) {
    const axis = positive(number(attributes, "axis", 0), inputs[0]!);
    const owner = inputs.flatMap((x, which) => Array.from({ length: x.shape[axis]! }, (_, i) => [which, i] as const));
    return fill(inputs[0]!.shape.with(axis, owner.length), (index) => {
      const [which, i] = owner[index[axis]!]!;
      return at(inputs[which]!, index.with(axis, i));
    });
  },
  Resize([x, , scales, sizes], attributes) {
    const shape = x!.shape.map((size, axis) => sizes?.data[axis] ?? Math.floor(size * scales!.data[axis]!));
    return fill(shape, (index) => {
      const axes = index.map((o, axis) => {
        const size = x!.shape[axis]!;
        return size === shape[axis] ? [[o, 1] as const] : taken(attributes, o, size, shape[axis]! / size);
      });
      return sum(
        Array.from(places(axes.map(({ length }) => length)), (which) => {
          const parts = which.map((i, axis) => axes[axis]![i]!);
          const weight = parts.reduce((product, [, each]) => product * each, 1);
          return (
            weight *
            at(
              x!,
              parts.map(([i]) => i),
            )
          );
        }),
      );
    });
  },
};

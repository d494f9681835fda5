import { expect, it } from "vitest";
import { BaselineNetwork } from "../../bench/baseline/network.js";
import { onnxModel } from "../../bench/peers/onnxModel.js";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { hashedWeights, loadVectors } from "../vectors/load.js";

interface Graph {
  readonly node: {
    readonly opType: string;
    readonly input: readonly string[];
    readonly output: readonly string[];
    readonly attribute: readonly { readonly name: string; readonly ints?: readonly number[] }[];
  }[];
  readonly initializer: { readonly name: string; readonly dims: readonly number[]; readonly rawData: Uint8Array }[];
  readonly input: { readonly name: string }[];
  readonly output: { readonly name: string }[];
}

/** One sample's value: shape without the batch axis, NCHW. */
interface Value {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** What the ONNX specification says of the operators that the network needs, for one sample, in loops. */
const operators: Record<
  string,
  (x: Value, constants: readonly Value[], attributes: Map<string, readonly number[]>) => Value
> = {
  Conv({ shape, data }, [kernel, bias]) {
    const [channels, height, width] = shape as [number, number, number];
    const [filters, , kh, kw] = kernel!.shape as [number, number, number, number];
    const [rows, columns] = [height - kh + 1, width - kw + 1];
    const y: number[] = [];
    for (let o = 0; o < filters; o++) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          let sum = bias!.data[o]!;
          for (let c = 0; c < channels; c++) {
            for (let i = 0; i < kh; i++) {
              for (let j = 0; j < kw; j++) {
                const weight = kernel!.data[((o * channels + c) * kh + i) * kw + j]!;
                sum += weight * data[(c * height + row + i) * width + column + j]!;
              }
            }
          }
          y.push(sum);
        }
      }
    }
    return { shape: [filters, rows, columns], data: y };
  },
  MaxPool({ shape, data }, _, attributes) {
    const [channels, height, width] = shape as [number, number, number];
    const [size, stride] = [attributes.get("kernel_shape")![0]!, attributes.get("strides")![0]!];
    const [rows, columns] = [height, width].map((length) => Math.floor((length - size) / stride) + 1) as [
      number,
      number,
    ];
    const y: number[] = [];
    for (let c = 0; c < channels; c++) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          let best = Number.NEGATIVE_INFINITY;
          for (let at = 0; at < size * size; at++) {
            const [i, j] = [row * stride + Math.floor(at / size), column * stride + (at % size)];
            best = Math.max(best, data[(c * height + i) * width + j]!);
          }
          y.push(best);
        }
      }
    }
    return { shape: [channels, rows, columns], data: y };
  },
  Relu: ({ shape, data }) => ({ shape, data: Array.from(data, (value) => Math.max(0, value)) }),
  Flatten: ({ data }) => ({ shape: [data.length], data }),
  Gemm({ data }, [matrix, bias]) {
    const [inputs, units] = matrix!.shape as [number, number];
    expect(data.length).toBe(inputs);
    const y = Array.from(bias!.data, (start, unit) =>
      Array.from(data).reduce((sum, value, i) => sum + value * matrix!.data[i * units + unit]!, start),
    );
    return { shape: [units], data: y };
  },
  Softmax({ shape, data }) {
    const exps = Array.from(data, (value) => Math.exp(value - Math.max(...Array.from(data))));
    const sum = exps.reduce((total, value) => total + value, 0);
    return { shape, data: exps.map((value) => value / sum) };
  },
};

function run({ node, initializer, input, output }: Graph, image: Value): ArrayLike<number> {
  const values = new Map<string, Value>([[input[0]!.name, image]]);
  for (const { name, dims, rawData } of initializer) {
    values.set(name, { shape: dims, data: new Float32Array(rawData.slice().buffer) });
  }
  for (const { opType, input: names, output: results, attribute } of node) {
    const [x, ...constants] = names.map((name) => values.get(name)!);
    const attributes = new Map(attribute.map(({ name, ints }) => [name, ints ?? []]));
    values.set(results[0]!, operators[opType]!(x!, constants, attributes));
  }
  return values.get(output[0]!.name)!.data;
}

it("the ONNX model computes what the network with Keras' layout does", () => {
  const shapes = loadVectors("training")[0]!.weightsAfter["0"].map(({ shape }) => shape);
  const weights = hashedWeights(shapes).map((hashed, i) => {
    const shape = shapes[i]!;
    // Biases too must find their place.
    return { shape, data: shape.length === 1 ? hashed.map((_, j) => ((j % 7) - 3) / 20) : hashed };
  });
  const bytes = Uint8Array.from({ length: 784 }, (_, i) => (i * i * 7 + i * 31) % 256);
  const model = onnxModel(weights, 1) as { graph: Graph };
  const actual = run(model.graph, { shape: [1, 28, 28], data: Float32Array.from(bytes, (value) => value / 255) });
  const expected = new BaselineNetwork(weights.map(({ data }) => data)).predict(bytes, 1);
  expectClose(actual, expected, tolerances.layer);
});

// The seed's network as the object that ONNX's protobuf describes. ONNX is NCHW, and we are NHWC: kernels are transposed, and
// the rows of the first dense layer reordered, as its Flatten sees channels first.

interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const FLOAT = 1;
const INT = 2;
const INTS = 7;

/** A convolution's kernel from (kh, kw, in, out) to (out, in, kh, kw). */
export function toOihw({ shape, data }: Weight): Weight {
  const [height, width, channels, filters] = shape as [number, number, number, number];
  const result = new Float32Array(data.length);
  let i = 0;
  for (let o = 0; o < filters; o++) {
    for (let c = 0; c < channels; c++) {
      for (let yx = 0; yx < height * width; yx++) result[i++] = data[(yx * channels + c) * filters + o]!;
    }
  }
  return { shape: [filters, channels, height, width], data: result };
}

/** Rows of a dense kernel (positions * channels, units) for inputs flattened from (channels, positions). */
export function toChannelsFirst({ shape, data }: Weight, channels: number): Weight {
  const [rows, units] = shape as [number, number];
  const positions = rows / channels;
  const result = new Float32Array(data.length);
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < positions; p++) {
      const row = (p * channels + c) * units;
      result.set(data.subarray(row, row + units), (c * positions + p) * units);
    }
  }
  return { shape, data: result };
}

/** @param weights in Keras' order: three convolutions and two dense layers, kernel before bias */
export function onnxModel(weights: readonly Weight[], batchSize: number): object {
  const [kernel1, bias1, kernel2, bias2, kernel3, bias3, kernel4, bias4, kernel5, bias5] = weights;
  const initializer: object[] = [];
  const node: object[] = [];
  let last = "images";
  const add = (opType: string, attributes: Record<string, number | number[]> = {}, constants: Weight[] = []) => {
    const output = `${opType}${node.length}`;
    const names = constants.map((_, i) => `${output}.${i}`);
    for (const [i, { shape, data }] of constants.entries()) {
      const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      initializer.push({ name: names[i], dims: shape, dataType: FLOAT, rawData });
    }
    const attribute = Object.entries(attributes).map(([name, value]) =>
      Array.isArray(value) ? { name, type: INTS, ints: value } : { name, type: INT, i: value },
    );
    node.push({ opType, name: output, input: [last, ...names], output: [output], attribute });
    last = output;
  };
  const pool = { kernel_shape: [2, 2], strides: [2, 2] };
  add("Conv", { kernel_shape: [3, 3] }, [toOihw(kernel1!), bias1!]);
  add("Relu");
  add("MaxPool", pool);
  add("Conv", { kernel_shape: [3, 3] }, [toOihw(kernel2!), bias2!]);
  add("Relu");
  add("MaxPool", pool);
  add("Conv", { kernel_shape: [3, 3] }, [toOihw(kernel3!), bias3!]);
  add("Relu");
  add("Flatten", { axis: 1 });
  add("Gemm", {}, [toChannelsFirst(kernel4!, kernel3!.shape[3]!), bias4!]);
  add("Relu");
  add("Gemm", {}, [kernel5!, bias5!]);
  add("Softmax", { axis: 1 });
  const value = (name: string, dims: readonly number[]) => ({
    name,
    type: { tensorType: { elemType: FLOAT, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } },
  });
  return {
    irVersion: 8,
    producerName: "wasm-cnn",
    opsetImport: [{ domain: "", version: 13 }],
    graph: {
      name: "seed",
      node,
      initializer,
      input: [value("images", [batchSize, 1, 28, 28])],
      output: [value(last, [batchSize, 10])],
    },
  };
}

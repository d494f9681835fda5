import { Conv2D } from "wasm-cnn";
import {
  efficientNetB0,
  mobileNetV1,
  mobileNetV2,
  mobileNetV3Small,
  resNet18,
  resNet20,
  squeezeNet,
  uNet,
} from "../examples/networks/index.js";
import { Arena } from "./arena.js";
import { medians } from "./measure.js";
import { copyLoop, type PeakLoop } from "./peak.js";
import { layerReasons } from "./reasons.js";
import { type BoundCall, type RecordedLayer, recordLayers } from "./recorded.js";

/** Each pass of each different layer of one network. */
export interface LayerResult {
  readonly network: string;
  readonly layer: string;
  readonly shape: string;
  readonly pass: string;
  readonly kernels: readonly string[];
  /** How often the layer occurs. */
  readonly times: number;
  /** Microseconds a sample. */
  readonly microseconds: number;
  /** Billions of multiplies and adds a second; 0 for what is no product. */
  readonly gflops: number;
  /** Billions of bytes a second, each operand and result counted once. */
  readonly gigabytes: number;
  /** What its limit would take, as a share of what it takes. */
  readonly ofLimit: number;
  readonly limit: "multiply-add" | "memory";
  /** Whether that is less than it should be. */
  readonly isSlow: boolean;
  /** What holds it up, should it be slow. */
  readonly reasons: readonly string[];
}

/** Milliseconds: most kernels were warm in layers before. */
const WARMUP = 50;
/** Of its limit each pass should reach this share, a 1 x 1 convolution more. */
const ENOUGH = { usual: 0.5, pointwise: 0.7 };

export const realNetworks = {
  mobilenetv1: () => mobileNetV1(),
  mobilenetv2: () => mobileNetV2(),
  "mobilenetv2-0.35": () => mobileNetV2({ alpha: 0.35, inputShape: [96, 96, 3] }),
  "mobilenetv3-small": () => mobileNetV3Small(),
  "efficientnet-b0": () => efficientNetB0(),
  squeezenet: () => squeezeNet(),
  resnet20: () => resNet20(),
  resnet18: () => resNet18(),
  unet: () => uNet(),
} as const;

const KERNEL_GRADIENT = /KernelAdd$|^gemmTNAdd|^biasBackwardAdd/;

/** Each pass takes turns with a loop that multiplies and adds, and one that copies as many bytes as the pass has to move. */
export async function benchLayers(
  names: readonly (keyof typeof realNetworks)[],
  runs: number,
  peak: PeakLoop,
): Promise<LayerResult[]> {
  const arena = new Arena("release");
  const results: LayerResult[] = [];
  for (const network of names) {
    const model = realNetworks[network]();
    for (const recorded of recordLayers(model, arena)) {
      const passes = passesOf(recorded);
      const copies = passes.map(({ bytes }) => copyLoop(bytes));
      const times = await medians(
        [
          ...passes.map(
            ({ calls }) =>
              () =>
                calls.forEach(run),
          ),
          ...copies.map(({ call }) => call),
          peak.call,
        ],
        runs,
        WARMUP,
      );
      const peakHere = peak.flops / times.at(-1)!;
      for (const [i, { pass, calls, flops, bytes }] of passes.entries()) {
        const copied = copies[i]!.bytes / times[passes.length + i]!;
        const [product, memory] = [flops / peakHere, bytes / copied];
        const ofLimit = Math.max(product, memory) / times[i]!;
        const kernels = calls.map(({ kernel }) => kernel);
        results.push({
          ...{ network, layer: recorded.layer.className, shape: shapeOf(recorded), pass, times: recorded.times },
          kernels,
          microseconds: (times[i]! / recorded.samples) * 1e3,
          gflops: flops / times[i]! / 1e6,
          gigabytes: bytes / times[i]! / 1e6,
          ofLimit,
          limit: product > memory ? "multiply-add" : "memory",
          isSlow: ofLimit < (isPointwise(recorded) ? ENOUGH.pointwise : ENOUGH.usual),
          reasons: layerReasons(recorded, pass, { kernels, bytes }),
        });
      }
    }
    model.dispose();
  }
  return results;
}

function isPointwise({ layer }: RecordedLayer): boolean {
  return layer instanceof Conv2D && layer.kernelSize.every((size) => size === 1);
}

function run(call: BoundCall): void {
  call.run();
}

interface Pass {
  readonly pass: string;
  readonly calls: readonly BoundCall[];
  readonly flops: number;
  readonly bytes: number;
}

function passesOf({ layer, inputShapes, outputShape, samples, forward, backward }: RecordedLayer): Pass[] {
  const specs = layer.weightSpecs(inputShapes);
  const isProduct = /Conv|Dense/.test(layer.className);
  const weights = specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const inputs = samples * inputShapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
  const outputs = samples * sizeOf(outputShape);
  const flops = isProduct
    ? 2 * samples * productsOf(layer.className, specs[0]!.shape, inputShapes[0]!, outputShape)
    : 0;
  const isKernelGradient = ({ kernel }: BoundCall) => isProduct && KERNEL_GRADIENT.test(kernel);
  const rest = backward.filter((call) => !isKernelGradient(call));
  // What is no product takes its slope from its input or its output, and each of its inputs has a gradient.
  const backwardBytes = isProduct ? weights + inputs + outputs : inputs + 2 * outputs;
  return [
    { pass: "forward", calls: forward, flops, bytes: 4 * (weights + inputs + outputs) },
    {
      ...{ pass: "kernel gradient", calls: backward.filter(isKernelGradient), flops },
      bytes: 4 * (2 * weights + inputs + outputs),
    },
    { pass: isProduct ? "input gradient" : "backward", calls: rest, flops, bytes: 4 * backwardBytes },
  ].filter(({ calls }) => calls.length > 0);
}

/** Multiplies for one sample. */
function productsOf(
  className: string,
  kernel: readonly number[],
  input: readonly number[],
  output: readonly number[],
): number {
  if (className === "DepthwiseConv2D") return sizeOf(output) * kernel[0]! * kernel[1]!;
  // A transposed convolution puts a kernel at each place of its input.
  const places = className === "Conv2DTranspose" ? input : output;
  return sizeOf(places.slice(0, -1)) * sizeOf(kernel);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function shapeOf({ layer, inputShapes, outputShape }: RecordedLayer): string {
  const { kernelSize, poolSize, strides } = layer as unknown as Record<string, readonly number[] | undefined>;
  const window = kernelSize ?? poolSize;
  const text = window ? ` ${window.join("x")}${strides && strides[0]! > 1 ? `/${strides[0]}` : ""}` : "";
  return `${inputShapes.map((shape) => shape.join("x")).join(" + ")} - ${outputShape.at(-1)}${text}`;
}

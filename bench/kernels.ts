import { Conv2D, Dense } from "wasm-cnn";
import { Arena } from "./arena.js";
import { type Call, medians } from "./measure.js";
import type { PeakLoop } from "./peak.js";
import { reasonsFor } from "./reasons.js";
import { type BoundCall, type RecordedUnit, recordUnits } from "./recorded.js";
import type { BenchNetwork } from "./shapes.js";

export interface KernelResult {
  readonly network: string;
  /** (height, width, channels) to filters, size of the kernel; or inputs to units. */
  readonly shape: string;
  readonly pass: Pass;
  /** What the engine calls for it, in order. */
  readonly kernels: readonly string[];
  readonly samples: number;
  /** Microseconds a sample. */
  readonly microseconds: number;
  /** Billions of multiplies and adds a second, of those that a dense computation would do. */
  readonly gflops: number;
  /** The same as a share of the machine's own peak, measured in turns with it. */
  readonly ofPeak: number;
  /** Whether it really did them all: then it cannot pass the peak. */
  readonly dense: boolean;
  /** What in its shape holds it up, should it be slow. */
  readonly reasons: readonly string[];
}

export type Pass = "forward" | "kernel gradient" | "input gradient";

/** Not part of the products: activations, their gradients, sums for the bias. */
const ELEMENTWISE = /^(relu|softmax|bias)/;
const KERNEL_GRADIENT = /KernelAdd$|^gemmTNAdd/;

/** Each pass takes turns with the loop of the peak, run by run: whatever slows the machine down meets both. */
export async function benchKernels(
  networks: readonly BenchNetwork[],
  runs: number,
  peak: PeakLoop,
): Promise<KernelResult[]> {
  const arena = new Arena("release");
  const results: KernelResult[] = [];
  for (const network of networks) {
    for (const unit of recordUnits(network, arena)) {
      const passes = passesOf(unit);
      const calls = passes.map(
        ({ calls }): Call =>
          () => {
            for (const { run } of calls) run();
          },
      );
      const times = await medians([...calls, peak.call], runs);
      const peakHere = peak.flops / times.at(-1)! / 1e6;
      const { shape, flops } = productOf(unit);
      for (const [i, { pass, calls }] of passes.entries()) {
        const milliseconds = times[i]! / unit.samples;
        const kernels = calls.map(({ kernel }) => kernel);
        const gflops = flops / milliseconds / 1e6;
        results.push({
          ...{ network: network.name, shape, pass, kernels, samples: unit.samples },
          microseconds: milliseconds * 1e3,
          gflops,
          ofPeak: gflops / peakHere,
          dense: kernels.every((kernel) => !/^winograd|^conv2dBackward(Kernel|Input)(Add)?$/.test(kernel)),
          reasons: reasonsFor(unit, pass, kernels),
        });
      }
    }
  }
  return results;
}

function passesOf({ forward, backward }: RecordedUnit): { pass: Pass; calls: readonly BoundCall[] }[] {
  const products = (calls: readonly BoundCall[]) => calls.filter(({ kernel }) => !ELEMENTWISE.test(kernel));
  const isKernelGradient = ({ kernel }: BoundCall) => KERNEL_GRADIENT.test(kernel);
  const gradients = products(backward);
  const passes: { pass: Pass; calls: readonly BoundCall[] }[] = [
    { pass: "forward", calls: products(forward) },
    { pass: "kernel gradient", calls: gradients.filter(isKernelGradient) },
    { pass: "input gradient", calls: gradients.filter((call) => !isKernelGradient(call)) },
  ];
  return passes.filter(({ calls }) => calls.length > 0);
}

/** What a dense computation of one pass costs a sample: a multiply and an add for each weight at each position. */
function productOf({ layer, inputShape }: RecordedUnit): { shape: string; flops: number } {
  const outputShape = layer.outputShape([inputShape]);
  const [kernel] = layer.weightSpecs([inputShape]);
  const weights = kernel!.shape.reduce((product, size) => product * size, 1);
  const positions = outputShape.slice(0, -1).reduce((product, size) => product * size, 1);
  const flops = 2 * positions * weights;
  if (layer instanceof Conv2D) {
    const window = `${layer.kernelSize.join("x")}${layer.strides[0] > 1 ? `/${layer.strides[0]}` : ""}`;
    return { shape: `${inputShape.join("x")}-${layer.filters} ${window}`, flops };
  }
  if (layer instanceof Dense) return { shape: `${inputShape.join("x")}-${layer.units}`, flops };
  throw new Error(`bench: expected a convolution or a dense layer, got ${layer.className}`);
}

import type { Row } from "./row.js";
import { figure } from "./table.js";
import type { Task } from "./tasks.js";

interface Bar {
  readonly task: Task;
  /** Of these the fastest counts. */
  readonly names: readonly string[];
  readonly against: string;
  /** What our images/s must be, in units of theirs. */
  readonly atLeast: number;
}

/** What we want to reach. */
const BARS: readonly Bar[] = [
  { task: "train", names: ["pytorch"], against: "native PyTorch (eager)", atLeast: 1.5 },
  { task: "train", names: ["keras"], against: "Keras on TensorFlow", atLeast: 2.5 },
  { task: "infer64", names: ["pytorch"], against: "native PyTorch (eager)", atLeast: 0.95 },
  {
    task: "infer64",
    names: ["tfjs-wasm", "onnxruntime-web"],
    against: "TensorFlow.js and onnxruntime-web",
    atLeast: 3.5,
  },
  { task: "infer64", names: ["onnxruntime-node"], against: "native onnxruntime-node", atLeast: 0.5 },
  { task: "infer1", names: ["pytorch"], against: "native PyTorch (eager)", atLeast: 1 },
  { task: "infer1", names: ["onnxruntime-web"], against: "onnxruntime-web", atLeast: 1 },
  { task: "infer1", names: ["onnxruntime-node"], against: "native onnxruntime-node", atLeast: 0.5 },
  ...(["mobilenetv2-infer1", "mobilenetv2-infer16", "resnet20-infer64"] as const).flatMap((task): Bar[] => [
    { task, names: ["onnxruntime-web"], against: "onnxruntime-web", atLeast: 1.5 },
    { task, names: ["tfjs-wasm", "tfjs-wasm-fused"], against: "TensorFlow.js, wasm", atLeast: 2 },
  ]),
  ...(["mobilenetv2-0.35-train", "resnet20-train"] as const).flatMap((task): Bar[] => [
    { task, names: ["pytorch"], against: "native PyTorch (eager)", atLeast: 0.7 },
    { task, names: ["pytorch-avx2"], against: "native PyTorch (eager) with AVX2", atLeast: 1.2 },
  ]),
];

/** A line for each bar of which a contender was measured: the median of the pairs decides. */
export function barLines(rows: readonly Row[]): string[] {
  return BARS.flatMap(({ task, names, against, atLeast }) => {
    const measured = rows.filter((row) => row.task === task && names.includes(row.name) && row.theirs && row.ratio);
    if (measured.length === 0) return [];
    const fastest = measured.reduce((best, row) => (row.theirs!.median > best.theirs!.median ? row : best));
    const ratio = fastest.ratio!.median;
    const verdict = ratio >= atLeast ? "met" : "MISSED";
    return [
      `${verdict}: ${task} at least ${atLeast} times ${against}: ${figure(ratio)} times ${fastest.label} ${fastest.version ?? ""}`.trimEnd(),
    ];
  });
}

// The contender that is Node: asked by JSON, a line each way.
import { createInterface } from "node:readline";
import { Training } from "./training.js";

const training = await Training.open(Number(process.argv[2]), {});
for await (const line of createInterface({ input: process.stdin })) {
  const answer = JSON.parse(line).ask === "round" ? await training.round() : training.workers();
  console.log(JSON.stringify({ answer }));
}

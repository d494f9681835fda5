// `npm run test:seeds [SEED ...]`: trains the README's network on all of MNIST with these seeds, 1 to 10 by default, about a minute each,
// and compares weights, loss and accuracy with those of test/fingerprints.json, to the bit.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const { seeds } = JSON.parse(readFileSync(new URL("../fingerprints.json", import.meta.url), "utf8"));
const cli = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(seeds);

for (const seed of wanted) {
  const expected = seeds[seed];
  if (!expected) throw new RangeError(`tenSeeds: expected seeds among ${Object.keys(seeds).join(", ")}, got ${seed}`);
  const args = [cli, "train-mnist", "--seed", seed, "--json", "--quiet"];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { seconds, ...got } = JSON.parse(stdout);
  const different = Object.entries(expected).filter(([name, value]) => got[name] !== value);
  for (const [name, value] of different) console.error(`seed ${seed}, ${name}: expected ${value}, got ${got[name]}`);
  if (different.length > 0) process.exitCode = 1;
  else
    console.log(
      `seed ${seed}: same bits, ${(100 * got.testAccuracy).toFixed(2)} %, ${seconds.toFixed(0)} s of training`,
    );
}

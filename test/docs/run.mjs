// Runs programs one after the other, as the blocks of documents: prints { [file]: error or null }. The loss of all is that each is whole.
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const results = {};
console.log = console.table = () => {};
for (const file of process.argv.slice(2)) {
  try {
    await import(pathToFileURL(file).href);
    results[file] = null;
  } catch (error) {
    results[file] = String(error?.stack ?? error);
  }
}
writeFileSync("results.json", JSON.stringify(results));
process.exit();

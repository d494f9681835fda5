import { filesIn, findFile, folderOf, readFileBytes, removeFile, renameFile, UNFINISHED } from "#platform";
import { withParts } from "../base/onDemand.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import { own, parseJson } from "./jsonValue.js";
import { isShardOf, shardOwner } from "./shards.js";
import { placeOf, targetBeside, writeTarget } from "./storage.js";
import type { ModelTarget } from "./target.js";
import { encodeTfjs } from "./tfjs.js";

/**
 * Writes `model.json` and its shards, and clears away shards of the same model that it names no more.
 *
 * Any number of writers may be at work, and any may be killed: what a `model.json` names is there, with the bytes that were saved
 * with it. It comes after its shards; and whoever clears a shard away first hides it, then looks whether it is named again, while
 * whoever has named it looks afterwards whether it is still there.
 */
export async function saveTfjs(where: string, target: ModelTarget, snapshot: ModelSnapshot): Promise<void> {
  const place = placeOf(target);
  const file = fileName(place);
  const { model, shards } = await withParts(() => encodeTfjs(snapshot, file));
  const write = async ([name, bytes]: (typeof shards)[number]) =>
    writeTarget(where, targetBeside(where, place, name), bytes);
  for (const shard of shards) await write(shard);
  await writeTarget(where, place, model);
  const folder = folderOf(place);
  for (const shard of shards) if (!(await findFile(folder, [shard[0]]))) await write(shard);
  // The model is saved, be there more beside it than need be.
  await clearShards(place, folder, shardOwner(file)).catch(() => undefined);
}

function fileName(place: string | URL): string {
  const path = place instanceof URL ? decodeURIComponent(place.pathname) : place;
  return path.replace(/^.*[/\\]/s, "");
}

async function clearShards(place: string | URL, folder: string, owner: string): Promise<void> {
  const named = await shardsNamedIn(place);
  const names = (await filesIn(folder)).map((name) =>
    name.endsWith(UNFINISHED) ? name.slice(0, -UNFINISHED.length) : name,
  );
  const old = [...new Set(names)].filter((name) => isShardOf(owner, name) && !named.has(name));
  if (old.length === 0) return;
  for (const name of old) await renameFile(folder, name, name + UNFINISHED);
  const namedNow = await shardsNamedIn(place);
  for (const name of old) {
    if (namedNow.has(name)) await renameFile(folder, name + UNFINISHED, name);
    else await removeFile(folder, name + UNFINISHED);
  }
}

async function shardsNamedIn(place: string | URL): Promise<ReadonlySet<unknown>> {
  const manifest = own(parseJson("model.json", await readFileBytes(place)), "weightsManifest");
  const groups = Array.isArray(manifest) ? manifest : [];
  return new Set(groups.flatMap((group) => own(group, "paths")));
}

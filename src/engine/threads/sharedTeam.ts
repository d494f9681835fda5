// One team of worker threads for all models of a process. It serves one job at a time, in the order in which they come.

import { REST_BYTES, releasedBytes } from "../memory/pool.js";
import { Team } from "./team.js";

let team = new Team();
/** What `releasedBytes` was when the team was young. */
let releasedBefore = 0;
/** How many threads each model wants. */
const wanted = new Map<object, number>();
let turns: Promise<unknown> = Promise.resolve();

const nothing = () => undefined;

function inTurn<T>(task: () => Promise<T>): Promise<T> {
  const result = turns.then(task);
  turns = result.then(nothing, nothing);
  return result;
}

/** Sees to it that so many threads are there. @throws Error if they do not start */
async function ready(threads: number): Promise<void> {
  // Threads at rest may hold every memory that they have seen.
  const stale = releasedBytes() - releasedBefore > REST_BYTES;
  if (team.failed || (stale && team.size > 0)) {
    await team.end();
    team = new Team();
  }
  if (team.size === 0) releasedBefore = releasedBytes();
  if (team.size < threads) await team.grow(threads);
}

/** Starts so many threads if they are not there. @throws Error if they do not start: `member` has not joined then */
export function joinTeam(member: object, threads: number): Promise<void> {
  wanted.set(member, threads);
  return inTurn(() => ready(threads)).catch((error) => {
    wanted.delete(member);
    throw error;
  });
}

/** Ends the threads that nobody else wants; resolves when they have ended. */
export async function leaveTeam(member: object): Promise<void> {
  if (!wanted.delete(member)) return;
  await inTurn(() => team.shrink(Math.max(0, ...wanted.values())));
}

/** Runs a task with at least so many threads when its turn comes. @throws Error if they do not start */
export function withTeam<T>(threads: number, task: (team: Team) => Promise<T>): Promise<T> {
  return inTurn(async () => {
    await ready(threads);
    return task(team);
  });
}

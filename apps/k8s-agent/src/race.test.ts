import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { deploymentTasks, k8sClusters } from "@platz/db/schema";
import type { TestDatabase } from "@platz/db/testing";
import { insertTestCluster } from "@platz/services/testing";
import { asc, inArray, isNull, sql } from "drizzle-orm";
import { addToSoak } from "./testing/crash-report.ts";
import { createQueueWorld } from "./testing/queue-world.ts";

// Agents as processes, killed and paused at random; what is random comes from the seed alone.

const SEED = Number(process.env["PLATZ_SOAK_SEED"] ?? "1");
const TASKS = Number(process.env["PLATZ_SOAK_TASKS"] ?? "400");
const AGENTS = 3;
const DEPLOYMENTS = 20;
const CLUSTERS = 5;
/** Longer than a lease: who wakes up from it has lost everything. */
const PAUSE_MS = 2_000;
const CHAOS_EVERY_MS = 400;

/** Numbers from 0 to 1 by a seed (mulberry32). */
function randomBy(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const script = fileURLToPath(new URL("testing/race-agent.ts", import.meta.url));
const setpriv = Bun.which("setpriv");
const dying = setpriv === null ? [] : [setpriv, "--pdeathsig", "KILL", "--"];

test("three agents that are killed and paused at random lose no task, double none, overlap never, and keep the order", async () => {
  await using world = await createQueueWorld();
  const { db } = world;
  await db.execute(sql`create table race_runs
    (seq bigint generated always as identity, deployment_id uuid, task_id uuid, fence bigint, what text)`);
  const random = randomBy(SEED);
  const clusters = await Promise.all(
    Array.from({ length: CLUSTERS }, () => insertTestCluster(db, world.env.id)),
  );
  const places = await Promise.all(
    Array.from({ length: DEPLOYMENTS }, (_, index) =>
      world.installed({ clusterId: (clusters[index % CLUSTERS] ?? world.cluster).id }),
    ),
  );
  await db.update(k8sClusters).set({ ignore: false });
  await noteEnds(db);
  for (let index = 0; index < TASKS; index += 1) {
    const place = places[Math.floor(random() * DEPLOYMENTS)];
    if (place) await world.ask(place, { clusterId: place.clusterId });
  }

  let made = 0;
  const start = () => {
    made += 1;
    return Bun.spawn([...dying, process.execPath, script, db.url, `race-${made}`], {
      env: { PATH: process.env["PATH"] },
      stdout: "ignore",
      stderr: "inherit",
    });
  };
  const agents = Array.from({ length: AGENTS }, start);
  const chaos = { kills: 0, pauses: 0 };
  const begun = performance.now();
  const unfinished = async () => await db.$count(deploymentTasks, isNull(deploymentTasks.finishedAt));
  while ((await unfinished()) > 0) {
    const index = Math.floor(random() * AGENTS);
    const agent = agents[index];
    if (random() < 0.5) {
      chaos.kills += 1;
      agent?.kill("SIGKILL");
      agents[index] = start();
    } else {
      chaos.pauses += 1;
      agent?.kill("SIGSTOP");
      setTimeout(() => agent?.kill("SIGCONT"), PAUSE_MS);
    }
    await Bun.sleep(CHAOS_EVERY_MS);
    if (performance.now() - begun > 300_000 + TASKS * 100) break;
  }
  const stuck = await unfinished();
  for (const agent of agents) agent.kill("SIGKILL");
  await Promise.all(agents.map(({ exited }) => exited));

  const tasks = await db
    .select()
    .from(deploymentTasks)
    .where(
      inArray(
        deploymentTasks.deploymentId,
        places.map(({ id }) => id),
      ),
    )
    .orderBy(asc(deploymentTasks.seq));
  const asked = tasks.filter(({ actorLabel }) => actorLabel === "test");
  const runs = await db.execute<{ deployment_id: string; task_id: string; fence: number; what: string }>(
    sql`select deployment_id, task_id, fence::int as fence, what from race_runs order by seq`,
    "objects",
  );
  const rows = [...runs];
  const ended = rows.filter(({ what }) => what === "end");
  const written = await writtenEnds(db);
  const found = {
    lost: asked.filter(({ status }) => status !== "Done").length - stuck,
    stuck,
    doubled: written.doubled,
    // A run may be begun again by the next owner; it may come to its end once, but for a death just after that.
    overlapping: overlaps(rows),
    outOfOrder: outOfOrder(
      asked.map(({ id, deploymentId }) => ({ id, deploymentId })),
      ended,
    ),
  };
  const seconds = Math.round((performance.now() - begun) / 1000);
  addToSoak({ race: { tasks: TASKS, seed: SEED, ...chaos, ...found, seconds } });
  expect(found).toEqual({ lost: 0, stuck: 0, doubled: 0, overlapping: 0, outOfOrder: 0 });
  expect(asked).toHaveLength(TASKS);
  expect(written.ended).toBe(TASKS);
  expect(chaos.kills + chaos.pauses).toBeGreaterThan(3);
}, 3_600_000);

/** Has the database note every end of a task that is written, whoever writes it. */
async function noteEnds(db: TestDatabase): Promise<void> {
  await db.execute(sql`create table race_ends (task_id uuid, status text)`);
  await db.execute(sql`create function note_race_end() returns trigger language plpgsql as
    $$ begin insert into race_ends values (new.id, new.status); return null; end $$`);
  await db.execute(sql`create trigger note_race_end after update of status on ${deploymentTasks}
    for each row when (new.finished_at is not null) execute function note_race_end()`);
}

/** Tasks of which an end was written, and those of which more than one was. */
async function writtenEnds(db: TestDatabase): Promise<{ ended: number; doubled: number }> {
  const rows = await db.execute<{ ends: number }>(
    sql`select count(*)::int as ends from race_ends group by task_id`,
    "objects",
  );
  return { ended: rows.length, doubled: rows.filter(({ ends }) => ends > 1).length };
}

type Row = {
  readonly deployment_id: string;
  readonly task_id: string;
  readonly fence: number;
  readonly what: string;
};

/** Ends of a run after a later owner has begun another one of the same deployment. */
function overlaps(rows: readonly Row[]): number {
  const newest = new Map<string, number>();
  let found = 0;
  for (const { deployment_id, fence, what } of rows) {
    const last = newest.get(deployment_id) ?? 0;
    if (what === "begin") newest.set(deployment_id, Math.max(last, fence));
    else if (fence < last) found += 1;
  }
  return found;
}

/** Tasks whose run ended before that of one that was asked for earlier. */
function outOfOrder(
  asked: readonly { readonly id: string; readonly deploymentId: string }[],
  ended: readonly Row[],
): number {
  const place = new Map(asked.map(({ id }, index) => [id, index]));
  const last = new Map<string, number>();
  let found = 0;
  for (const { deployment_id, task_id } of ended) {
    const at = place.get(task_id as never) ?? -1;
    if (at < (last.get(deployment_id) ?? -1)) found += 1;
    last.set(deployment_id, Math.max(at, last.get(deployment_id) ?? -1));
  }
  return found;
}

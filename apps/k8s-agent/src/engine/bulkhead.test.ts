import { afterAll, beforeAll, expect, test } from "bun:test";
import { deploymentTasks } from "@platz/db/schema";
import { insertTestCluster } from "@platz/services/testing";
import { inArray } from "drizzle-orm";
import { until } from "../testing/agent-world.ts";
import { createQueueWorld, type QueueWorld } from "../testing/queue-world.ts";

const CLUSTERS = 20;
const TASKS_EACH = 5;

let world: QueueWorld;
beforeAll(async () => {
  world = await createQueueWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

test("of twenty clusters one takes work and never ends it: the work of all others is done, and its own can be stopped", async () => {
  const owner = "bulkhead";
  const places = await Promise.all(
    Array.from({ length: CLUSTERS }, async () => {
      const cluster = await insertTestCluster(world.db, world.env.id);
      await world.hold(owner, cluster.id);
      return {
        cluster,
        deployments: await Promise.all(
          Array.from({ length: TASKS_EACH }, () => world.installed({ clusterId: cluster.id })),
        ),
      };
    }),
  );
  const [hanging, ...others] = places;
  const ask = async ({ cluster, deployments }: (typeof places)[number]) =>
    await Promise.all(deployments.map((deployment) => world.ask(deployment, { clusterId: cluster.id })));
  // The one that hangs is asked first, for more than it has places.
  const stuck = hanging ? await ask(hanging) : [];
  const free = (await Promise.all(others.map(ask))).flat();
  await using _engine = world.engine(
    owner,
    async ({ task, signal }) => {
      if (task.clusterId !== hanging?.cluster.id) return undefined;
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      return undefined;
    },
    { concurrency: 6, perClusterMax: 4, pollMs: 50 },
  );
  const rowsOf = (tasks: readonly { id: (typeof free)[number]["id"] }[]) =>
    world.db
      .select()
      .from(deploymentTasks)
      .where(
        inArray(
          deploymentTasks.id,
          tasks.map(({ id }) => id),
        ),
      );
  const done = await until(async () => {
    const rows = await rowsOf(free);
    return rows.every(({ finishedAt }) => finishedAt !== null) ? rows : undefined;
  }, 30_000);
  expect(new Set(done.map(({ status }) => status))).toEqual(new Set(["Done"]));
  expect(done).toHaveLength((CLUSTERS - 1) * TASKS_EACH);
  const left = await until(async () => {
    const rows = await rowsOf(stuck);
    return rows.filter(({ status }) => status === "Started").length === 4 ? rows : undefined;
  }, 10_000);
  expect(left.filter(({ status }) => status === "Pending")).toHaveLength(1);
});

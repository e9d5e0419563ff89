import { afterAll, beforeAll, expect, test } from "bun:test";
import { NothingChanged } from "@platz/domain";
import { insertTestCluster } from "@platz/services/testing";
import { until } from "../testing/agent-world.ts";
import { createQueueWorld, engineOptions, type QueueWorld } from "../testing/queue-world.ts";

let world: QueueWorld;
beforeAll(async () => {
  world = await createQueueWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

test("a cluster that becomes another agent's takes no running task along: it ends where it runs, and new ones begin over there", async () => {
  const cluster = await insertTestCluster(world.db, world.env.id);
  const [one, two] = [
    await world.installed({ clusterId: cluster.id }),
    await world.installed({ clusterId: cluster.id }),
  ];
  await world.hold("before", cluster.id);
  const { dependencies } = engineOptions(world.db);
  const held = new Set([cluster.id]);
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const ran: string[] = [];
  await using _before = world.engine(
    "before",
    async ({ task, step, committed, home }) => {
      begun.resolve();
      await goOn.promise;
      await step("after the hand-over");
      expect(committed().home).toBe(home);
      ran.push(`before ${task.id}`);
      return undefined;
    },
    {
      pollMs: 20,
      clusters: () => [...held],
      dependencies: {
        ...dependencies,
        cluster: (id) => {
          if (held.has(id)) return dependencies.cluster(id);
          throw new NothingChanged("The cluster is not connected to this agent now.");
        },
      },
    },
  );
  const running = await world.ask(one, { clusterId: cluster.id });
  await begun.promise;
  held.clear();
  await world.hold("after", cluster.id);
  await using _after = world.engine(
    "after",
    async ({ task }) => {
      ran.push(`after ${task.id}`);
      return undefined;
    },
    { pollMs: 20 },
  );
  const next = await world.ask(two, { clusterId: cluster.id });
  const behind = await world.ask(one, { clusterId: cluster.id });
  await until(async () => (await world.task(next.id)).finishedAt !== null);
  expect(await world.task(behind.id)).toMatchObject({ status: "Pending" });
  goOn.resolve();
  await until(async () => (await world.task(behind.id)).finishedAt !== null);
  expect(await world.task(running.id)).toMatchObject({ status: "Done", attempt: 1 });
  expect(ran).toEqual([`after ${next.id}`, `before ${running.id}`, `after ${behind.id}`]);
});

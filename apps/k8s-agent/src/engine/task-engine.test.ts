import { afterAll, beforeAll, expect, test } from "bun:test";
import { deployments, deploymentTasks, k8sClusters } from "@platz/db/schema";
import { NothingChanged, OperationFailed, PreconditionFailed } from "@platz/domain";
import { insertTestCluster } from "@platz/services/testing";
import { eq, sql } from "drizzle-orm";
import { until } from "../testing/agent-world.ts";
import { createQueueWorld, type QueueWorld, untilStopped } from "../testing/queue-world.ts";

let world: QueueWorld;
beforeAll(async () => {
  world = await createQueueWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** A deployment on a cluster of its own that `owner` holds, so that tests do not meet in the queue. */
async function place(owner: string) {
  const cluster = await insertTestCluster(world.db, world.env.id);
  await world.hold(owner, cluster.id);
  const deploy = () => world.installed({ clusterId: cluster.id });
  return { cluster, deploy, deployment: await deploy() };
}

type Place = Awaited<ReturnType<typeof place>>;
const asked = ({ cluster, deployment }: Place, more = {}) =>
  world.ask(deployment, { clusterId: cluster.id, ...more });
const ended = (id: Parameters<QueueWorld["task"]>[0]) =>
  until(async () => {
    const task = await world.task(id);
    return task.finishedAt ? task : undefined;
  }, 10_000);
const deploymentOf = async ({ deployment }: Place) =>
  (await world.db.select().from(deployments).where(eq(deployments.id, deployment.id)))[0];

test("a hint starts a task at once, and start and end show on its deployment", async () => {
  const owner = "hinted";
  const where = await place(owner);
  let during: string | undefined;
  await using engine = world.engine(owner, async () => {
    during = (await deploymentOf(where))?.status;
    return { status: "Done", reason: "well", revisionId: where.deployment.revisionId };
  });
  await until(async () => engine.running === 0);
  const { id } = await asked(where);
  engine.hint(id);
  expect(await ended(id)).toMatchObject({
    status: "Done",
    reason: "well",
    attempt: 1,
    leaseOwner: null,
    leaseExpiresAt: null,
  });
  expect(during).toBe("Upgrading");
  expect(await deploymentOf(where)).toMatchObject({ status: "Running", reason: null });
});

test("the poll finds what no hint told, and a task that is due later starts at its time", async () => {
  const owner = "polling";
  const where = await place(owner);
  await using _engine = world.engine(owner, async () => undefined, { pollMs: 2_000 });
  const { id } = await asked(where, { executeAt: sql`now() + interval '3 seconds'` });
  const task = await ended(id);
  const lateMs = (task.startedAt?.getTime() ?? 0) - task.executeAt.getTime();
  expect(lateMs).toBeGreaterThanOrEqual(0);
  // Polls come at other times: only a timer for this very task is as exact as this.
  expect(lateMs).toBeLessThan(1_000);
});

test("tasks of one deployment run one at a time in the order asked; those of others run beside them", async () => {
  const owner = "ordering";
  const where = await place(owner);
  const other = await where.deploy();
  const ids: string[] = [];
  for (let n = 0; n < 4; n += 1) ids.push((await asked(where)).id);
  const beside = await world.ask(other, { clusterId: where.cluster.id });
  const order: string[] = [];
  let now = 0;
  let most = 0;
  const gate = Promise.withResolvers<void>();
  await using _engine = world.engine(owner, async ({ task }) => {
    if (task.id === beside.id) {
      gate.resolve();
      return undefined;
    }
    now += 1;
    most = Math.max(most, now);
    order.push(task.id);
    // Goes on only because the other deployment's task runs meanwhile.
    await gate.promise;
    now -= 1;
    return undefined;
  });
  await until(async () => order.length === 4, 10_000);
  expect(order).toEqual(ids);
  expect(most).toBe(1);
});

test("an agent and a cluster run no more at once than their limits, and a long queue of one cluster holds up no other", async () => {
  const owner = "limits";
  const first = await place(owner);
  const second = await place(owner);
  const release = Promise.withResolvers<void>();
  const running = new Map<string, number>();
  const tasks = [];
  for (let n = 0; n < 6; n += 1) {
    tasks.push(await world.ask(await first.deploy(), { clusterId: first.cluster.id }));
  }
  tasks.push(await asked(second));
  await using engine = world.engine(
    owner,
    async ({ task }) => {
      const cluster = task.clusterId ?? "";
      running.set(cluster, (running.get(cluster) ?? 0) + 1);
      await release.promise;
      return undefined;
    },
    { perClusterMax: 2, concurrency: 3 },
  );
  await until(async () => engine.running === 3, 10_000);
  expect(Object.fromEntries(running)).toEqual({ [first.cluster.id]: 2, [second.cluster.id]: 1 });
  release.resolve();
  for (const { id } of tasks) await ended(id);
});

test("tasks of a cluster that is not held, not well or not in use wait", async () => {
  const owner = "choosy";
  const where = await place(owner);
  const set = (values: Partial<typeof k8sClusters.$inferInsert>) =>
    world.db.update(k8sClusters).set(values).where(eq(k8sClusters.id, where.cluster.id));
  const elsewhere = await place(owner);
  await using engine = world.engine(owner, async () => undefined);
  await set({ isOk: false });
  const { id: next } = await asked(where);
  /** Once a task elsewhere that was asked for later is done, the engine has passed this one over. */
  const status = async () => {
    const { id } = await asked(elsewhere);
    engine.wake();
    await ended(id);
    return (await world.task(next)).status;
  };
  expect(await status()).toBe("Pending");
  await set({ isOk: true, ignore: true });
  expect(await status()).toBe("Pending");
  await set({ ignore: false, leaseOwner: "somebody else" });
  expect(await status()).toBe("Pending");
  await set({ leaseOwner: owner });
  engine.wake();
  expect((await ended(next)).status).toBe("Done");
});

test("an attempt that changed nothing waits with its reason, is tried again a bounded number of times, then fails", async () => {
  const owner = "retrying";
  const where = await place(owner);
  const { id } = await asked(where);
  await using _engine = world.engine(
    owner,
    async () => {
      throw new NothingChanged("The registry is away.");
    },
    { pollMs: 20 },
  );
  await until(async () => {
    const task = await world.task(id);
    return task.status === "Pending" && task.reason === "The registry is away.";
  }, 10_000);
  expect(await ended(id)).toMatchObject({
    status: "Failed",
    reason: "Given up after 3 attempts: The registry is away.",
    attempt: 3,
  });
  expect(await deploymentOf(where)).toMatchObject({ status: "Error" });
});

test("a server that asks to be left alone is left alone for that long", async () => {
  const owner = "patient";
  const where = await place(owner);
  const { id } = await asked(where);
  await using _engine = world.engine(owner, async ({ task }) => {
    if (task.attempt > 1) return undefined;
    throw new NothingChanged("Too many requests.", { retryAfterMs: 60_000 });
  });
  const task = await until(async () => {
    const found = await world.task(id);
    return found.reason === "Too many requests." ? found : undefined;
  }, 10_000);
  expect(task.executeAt.getTime() - Date.now()).toBeGreaterThan(50_000);
});

test.each([
  ["the work failed", new OperationFailed("The chart is broken."), "The chart is broken."],
  ["it may not be done", new PreconditionFailed("It has no ingress."), "It has no ingress."],
])("a run in which %s ends its task with that sentence, at the first attempt", async (_, error, reason) => {
  const owner = `failing-${reason.length}`;
  const where = await place(owner);
  const { id } = await asked(where);
  await using _engine = world.engine(owner, async () => {
    throw error;
  });
  expect(await ended(id)).toMatchObject({ status: "Failed", reason, attempt: 1 });
  expect(await deploymentOf(where)).toMatchObject({ status: "Error", reason });
});

test("a fault of ours is tried again, and what it was stays in the agent's own log", async () => {
  const owner = "faulty";
  const where = await place(owner);
  const { id } = await asked(where);
  await using _engine = world.engine(
    owner,
    async () => {
      throw new TypeError("undefined is not a secret");
    },
    { pollMs: 20 },
  );
  const task = await ended(id);
  expect(task.reason).toBe("Given up after 3 attempts: An internal error; the agent's log says more.");
});

test("a running task can be canceled: its work is asked to stop and its end says so", async () => {
  const owner = "canceling";
  const where = await place(owner);
  const { id } = await asked(where);
  await using _engine = world.engine(owner, untilStopped, { heartbeatMs: 50 });
  await until(async () => (await world.task(id)).status === "Started", 10_000);
  await world.db
    .update(deploymentTasks)
    .set({ cancelRequestedAt: new Date() })
    .where(eq(deploymentTasks.id, id));
  expect(await ended(id)).toMatchObject({ status: "Canceled", reason: "It was canceled while it ran." });
  expect(await deploymentOf(where)).toMatchObject({
    status: "Error",
    reason: "It was canceled while it ran.",
  });
});

test("what is done when a cancel arrives is Done", async () => {
  const owner = "too-late";
  const where = await place(owner);
  const { id } = await asked(where);
  await using _engine = world.engine(
    owner,
    async (context) => {
      const rest = context.committed();
      await untilStopped(context).catch(() => undefined);
      await rest.step("write it down");
      return undefined;
    },
    { heartbeatMs: 50 },
  );
  await until(async () => (await world.task(id)).status === "Started", 10_000);
  await world.db
    .update(deploymentTasks)
    .set({ cancelRequestedAt: new Date() })
    .where(eq(deploymentTasks.id, id));
  expect(await ended(id)).toMatchObject({ status: "Done" });
});

test("a task whose cancel was asked for when its agent died is not begun again", async () => {
  const owner = "canceled-orphan";
  const where = await place(owner);
  const { id } = await asked(where, {
    status: "Started",
    fence: 1,
    attempt: 1,
    leaseOwner: "dead",
    leaseExpiresAt: sql`now() - interval '1 second'`,
    cancelRequestedAt: new Date(),
  });
  let runs = 0;
  await using _engine = world.engine(owner, async () => {
    runs += 1;
    return undefined;
  });
  expect(await ended(id)).toMatchObject({ status: "Canceled", attempt: 2 });
  expect(runs).toBe(0);
});

test("an operation that takes longer than it may is stopped, and fails with that reason", async () => {
  const owner = "slow";
  const where = await place(owner);
  const { id } = await asked(where);
  const long = 60_000;
  const timeoutMs = {
    Install: long,
    Upgrade: long,
    Rollback: long,
    Reinstall: 200,
    Recreate: long,
    Uninstall: long,
    InvokeAction: long,
    RestartK8sResource: long,
  };
  await using _engine = world.engine(owner, untilStopped, { timeoutMs });
  const task = await ended(id);
  expect(task.status).toBe("Failed");
  expect(task.reason).toMatch(/^It did not end within \d+ s and was stopped\.$/);
});

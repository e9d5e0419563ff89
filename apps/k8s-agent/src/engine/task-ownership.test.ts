import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  appendOwnedTaskLog,
  claimTask,
  endOwnedTask,
  recordTaskProgress,
  requeueOwnedTask,
} from "@platz/db/queries/deployment-task-queue";
import { deployments, deploymentTasks } from "@platz/db/schema";
import { NothingChanged } from "@platz/domain";
import { endTask, startTask } from "@platz/services";
import { insertTestCluster } from "@platz/services/testing";
import { eq, sql } from "drizzle-orm";
import { until } from "../testing/agent-world.ts";
import { createQueueWorld, type QueueWorld, type Script, untilStopped } from "../testing/queue-world.ts";

let world: QueueWorld;
beforeAll(async () => {
  world = await createQueueWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

async function place(owner: string) {
  const cluster = await insertTestCluster(world.db, world.env.id);
  await world.hold(owner, cluster.id);
  const deployment = await world.installed({ clusterId: cluster.id });
  const ask = (more = {}) => world.ask(deployment, { clusterId: cluster.id, ...more });
  return { cluster, deployment, ask };
}

const request = (owner: string) => ({ owner, leaseMs: 20_000, perClusterMax: 100 });
const expireLease = (id: Parameters<QueueWorld["task"]>[0]) =>
  world.db
    .update(deploymentTasks)
    .set({ leaseExpiresAt: sql`now() - interval '1 second'` })
    .where(eq(deploymentTasks.id, id));
const ended = (id: Parameters<QueueWorld["task"]>[0]) =>
  until(async () => {
    const task = await world.task(id);
    return task.finishedAt ? task : undefined;
  }, 10_000);

test("of many who look at once exactly one gets a task", async () => {
  const owner = "crowd";
  const { ask } = await place(owner);
  const { id } = await ask();
  const claims = await Promise.all(Array.from({ length: 8 }, () => startTask(world.db, request(owner))));
  expect(claims.filter((claim) => claim !== undefined).map(({ task }) => task.id)).toEqual([id]);
  expect((await world.task(id)).attempt).toBe(1);
});

test("two tasks of one deployment can never both be Started", async () => {
  const { ask } = await place("unique");
  const started = { status: "Started", fence: 1, leaseExpiresAt: new Date() } as const;
  await ask(started);
  await expect(Promise.resolve(ask(started))).rejects.toThrow();
});

test("a task that is planned for later holds up nothing, and once it is due it waits for what runs", async () => {
  const owner = "planned";
  const { ask } = await place(owner);
  const planned = await ask({ executeAt: sql`now() + interval '1 hour'` });
  const next = await ask();
  expect((await startTask(world.db, request(owner)))?.task.id).toBe(next.id);
  await world.db
    .update(deploymentTasks)
    .set({ executeAt: sql`now()` })
    .where(eq(deploymentTasks.id, planned.id));
  expect(await startTask(world.db, request(owner))).toBeUndefined();
  await world.db
    .update(deploymentTasks)
    .set({ status: "Done", finishedAt: sql`now()` })
    .where(eq(deploymentTasks.id, next.id));
  expect((await startTask(world.db, request(owner)))?.task.id).toBe(planned.id);
});

test("a claim waits for nobody: what a verb holds is passed over, and what is behind it runs", async () => {
  const owner = "unblocked";
  const { ask, cluster, deployment } = await place(owner);
  await ask();
  const other = await world.installed({ clusterId: cluster.id });
  const behind = await world.ask(other, { clusterId: cluster.id });
  await world.db.transaction(async (verb) => {
    await verb.select().from(deployments).where(eq(deployments.id, deployment.id)).for("no key update");
    expect((await startTask(world.db, request(owner)))?.task.id).toBe(behind.id);
    expect(await startTask(world.db, request(owner))).toBeUndefined();
  });
  expect((await startTask(world.db, request(owner)))?.task.deploymentId).toBe(deployment.id);
});

test("a task whose owner's lease has run out is taken over, and nothing that the former owner writes counts", async () => {
  const owner = "first-owner";
  const { ask, cluster } = await place(owner);
  const { id } = await ask();
  const former = await claimTask(world.db, request(owner));
  if (former === undefined) throw new Error("nothing was claimed");
  await world.hold("second-owner", cluster.id);
  expect(await claimTask(world.db, request("second-owner"))).toBeUndefined();
  await expireLease(id);
  const latter = await claimTask(world.db, request("second-owner"));
  expect(latter).toMatchObject({ id, attempt: 2 });
  expect(latter?.fence).toBeGreaterThan(former.fence);

  expect(await recordTaskProgress(world.db, former, { sent: true })).toBe(false);
  expect(await appendOwnedTaskLog(world.db, former, "from the dead")).toBe(false);
  expect(await requeueOwnedTask(world.db, former, { delayMs: 0, reason: "", progress: {} })).toBe(false);
  expect(await endOwnedTask(world.db, former, { status: "Done", reason: "" })).toBe(false);
  const end = { status: "Done", reason: "", revisionId: null } as const;
  expect(await endTask(world.db, { ...former, kind: "Reinstall" }, end)).toBe(false);
  expect(await world.task(id)).toMatchObject({ status: "Started", leaseOwner: "second-owner", progress: {} });
  expect(await world.logPieces(id)).toEqual([]);
});

test("what a run records is there for the next owner, and more is added to it", async () => {
  const owner = "recording";
  const { ask } = await place(owner);
  await ask({ progress: { unlocked: 3 } });
  const claimed = await claimTask(world.db, request(owner));
  if (claimed === undefined) throw new Error("nothing was claimed");
  expect(claimed.progress).toEqual({ unlocked: 3 });
  await recordTaskProgress(world.db, claimed, { sent: true });
  await requeueOwnedTask(world.db, claimed, { delayMs: 0, reason: "again", progress: { retries: 1 } });
  expect((await claimTask(world.db, request(owner)))?.progress).toEqual({
    unlocked: 3,
    sent: true,
    retries: 1,
  });
});

test("an agent that cannot renew stops its work before the lease can be taken, and writes nothing more", async () => {
  const owner = "cut-off";
  const { ask, cluster } = await place(owner);
  const { id } = await ask();
  let isCut = false;
  // The database, as an agent sees it from which it is cut off.
  const db = new Proxy(world.db, {
    get(target, name, receiver) {
      if (isCut && (name === "update" || name === "execute" || name === "transaction")) {
        return () => {
          throw Object.assign(new Error("connection refused"), { code: "ECONNREFUSED" });
        };
      }
      return Reflect.get(target, name, receiver);
    },
  });
  const stoppedAt = Promise.withResolvers<number>();
  const leaseMs = 1_500;
  await using engine = world.engine(
    owner,
    async (context) => {
      isCut = true;
      await untilStopped(context).catch(() => stoppedAt.resolve(Date.now()));
      return undefined;
    },
    { db, leaseMs, heartbeatMs: 100 },
  );
  const stopped = await stoppedAt.promise;
  const { leaseExpiresAt } = await world.task(id);
  expect(stopped).toBeLessThan(leaseExpiresAt?.getTime() ?? 0);
  await until(async () => engine.running === 0, 5_000);
  expect(await world.task(id)).toMatchObject({ status: "Started", attempt: 1 });

  await world.hold("rescuer", cluster.id);
  await using _rescuer = world.engine("rescuer", async () => undefined, { pollMs: 50 });
  expect(await ended(id)).toMatchObject({ status: "Done", attempt: 2 });
});

test("an agent that was paused past its lease does nothing more when it wakes up in the middle of a step", async () => {
  const owner = "sleeper";
  const { ask, cluster } = await place(owner);
  const { id } = await ask();
  const leaseMs = 1_000;
  let went = "nowhere";
  const asleep = Promise.withResolvers<void>();
  await using engine = world.engine(
    owner,
    async ({ step }) => {
      await world.hold("awake", cluster.id);
      await step("before");
      // The whole process stands still, timers too, as under SIGSTOP.
      Bun.sleepSync(leaseMs + 200);
      asleep.resolve();
      await step("after");
      went = "on";
      return undefined;
    },
    { leaseMs, heartbeatMs: 200 },
  );
  await asleep.promise;
  await until(async () => engine.running === 0, 5_000);
  expect(went).toBe("nowhere");
  expect((await world.task(id)).finishedAt).toBeNull();
  await using _awake = world.engine("awake", async () => undefined, { pollMs: 50 });
  expect(await ended(id)).toMatchObject({ status: "Done", attempt: 2 });
});

test("an agent that is asked to stop lets short work end, and hands the rest over as no failure of it", async () => {
  const owner = "stopping";
  const { ask, cluster, deployment } = await place(owner);
  const other = await world.installed({ clusterId: cluster.id });
  const short = await ask();
  const long = await world.ask(other, { clusterId: cluster.id });
  const script: Script = async (context) => {
    if (context.task.deploymentId !== deployment.id) return await untilStopped(context);
    await Bun.sleep(100);
    return undefined;
  };
  const engine = world.engine(owner, script, { stopGraceMs: 1_000 });
  await until(async () => engine.running === 2, 5_000);
  await engine[Symbol.asyncDispose]();
  expect(await world.task(short.id)).toMatchObject({ status: "Done" });
  expect(await world.task(long.id)).toMatchObject({
    status: "Pending",
    reason: "The agent was stopped; another run goes on with it.",
    progress: { handOvers: 1 },
  });
  await using _next = world.engine(owner, async () => undefined);
  expect(await ended(long.id)).toMatchObject({ status: "Done", attempt: 2 });
});

test("a task that takes its agents down is given up after a bounded number of them", async () => {
  const owner = "poisoned";
  const { ask } = await place(owner);
  const { id } = await ask({ attempt: 3 });
  await using _engine = world.engine(owner, async () => undefined, { deathsMax: 3 });
  expect(await ended(id)).toMatchObject({
    status: "Failed",
    reason: "Given up: 3 agents stopped while they ran it. See why, then retry the task.",
  });
});

test("log pieces come in order without a gap, over several owners, and without the secrets of the run", async () => {
  const owner = "talking";
  const { ask } = await place(owner);
  const { id } = await ask();
  await using _engine = world.engine(
    owner,
    async ({ task, log, hide }) => {
      hide(["s3cret-value"]);
      for (let n = 0; n < 5; n += 1) {
        log(`line ${n} with s3cret-value and ${btoa("s3cret-value")}`);
        await Bun.sleep(60);
      }
      if (task.attempt === 1) throw new NothingChanged("The s3cret-value is away.");
      return { status: "Done", reason: "It answered s3cret-value." };
    },
    { pollMs: 20 },
  );
  expect((await ended(id)).reason).toBe("It answered [redacted].");
  const pieces = await world.logPieces(id);
  expect(pieces.map(({ seq }) => seq)).toEqual(pieces.map((_, index) => index + 1));
  expect(pieces.length).toBeGreaterThan(2);
  const text = pieces.map((piece) => piece.text).join("");
  expect(text).not.toContain("s3cret-value");
  expect(text).not.toContain(btoa("s3cret-value").slice(0, 12));
  expect([...text.matchAll(/line \d/g)].map(([line]) => line)).toEqual(
    [0, 1, 2, 3, 4, 0, 1, 2, 3, 4].map((n) => `line ${n}`),
  );
});

test("three agents between whom clusters move at random run every task once, in order, and never two of a deployment", async () => {
  const owners = ["race-a", "race-b", "race-c"];
  const places = await Promise.all(Array.from({ length: 6 }, () => place("race-a")));
  const asked = new Map<string, string[]>();
  for (let n = 0; n < 25; n += 1) {
    for (const { deployment, ask } of places) {
      asked.set(deployment.id, [...(asked.get(deployment.id) ?? []), (await ask()).id]);
    }
  }
  const running = new Set<string>();
  const ran = new Map<string, string[]>();
  let overlaps = 0;
  const script: Script = async ({ task }) => {
    if (running.has(task.deploymentId)) overlaps += 1;
    running.add(task.deploymentId);
    ran.set(task.deploymentId, [...(ran.get(task.deploymentId) ?? []), task.id]);
    await Bun.sleep(Math.random() * 5);
    running.delete(task.deploymentId);
    return undefined;
  };
  await using _a = world.engine("race-a", script, { pollMs: 20 });
  await using _b = world.engine("race-b", script, { pollMs: 20 });
  await using _c = world.engine("race-c", script, { pollMs: 20 });
  await until(async () => {
    const { cluster } = places[Math.floor(Math.random() * places.length)] ??
      places[0] ?? { cluster: world.cluster };
    await world.hold(owners[Math.floor(Math.random() * owners.length)] ?? "race-a", cluster.id);
    return [...ran.values()].flat().length >= 150 && running.size === 0;
  }, 30_000);
  expect(overlaps).toBe(0);
  expect([...ran].sort()).toEqual([...asked].sort());
});

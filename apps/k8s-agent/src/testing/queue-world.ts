import { k8sClusters, taskLogs, deploymentTasks as tasksTable } from "@platz/db/schema";
import { createTestDatabase } from "@platz/db/testing";
import type { ClusterId, DeploymentTaskId, Operation } from "@platz/domain";
import { createEgress } from "@platz/egress";
import { openCluster } from "@platz/kubernetes";
import type { ServiceDatabase, TaskEnd } from "@platz/services";
import { createTestWorld } from "@platz/services/testing";
import { createLogger } from "@platz/telemetry";
import { asc, eq, sql } from "drizzle-orm";
import { type EngineOptions, TaskEngine } from "../engine/task-engine.ts";
import { Identities } from "../identities/identities.ts";
import type { Runners } from "../operations/index.ts";
import type { OperationDependencies, RunContext } from "../operations/operation-runner.ts";

type Done = Extract<TaskEnd, { status: "Done" }>;
/** What a run of a test does, whatever the operation. */
export type Script = (context: RunContext) => Promise<Done | undefined>;

const silent = createLogger({ name: "engine-test", level: "silent" });

/** A database with deployments to have tasks for, and engines whose runs do what a test says. */
export async function createQueueWorld() {
  await using made = new AsyncDisposableStack();
  const db = made.use(await createTestDatabase());
  const world = await createTestWorld(db);
  const stop = made.move();
  return {
    ...world,
    db,
    /** Says that an agent holds a cluster, as its own lease would. */
    async hold(owner: string, cluster: ClusterId = world.cluster.id) {
      await db
        .update(k8sClusters)
        .set({ leaseOwner: owner, leaseExpiresAt: sql`now() + interval '1 hour'` })
        .where(eq(k8sClusters.id, cluster));
    },
    /** Adds a task to a deployment. */
    async ask(
      deployment: { id: (typeof tasksTable.$inferInsert)["deploymentId"]; namespace: string },
      more: Partial<typeof tasksTable.$inferInsert> = {},
    ) {
      const operation: Operation = { kind: "Reinstall", reason: "asked" };
      const [row] = await db
        .insert(tasksTable)
        .values({
          deploymentId: deployment.id,
          namespace: deployment.namespace,
          clusterId: world.cluster.id,
          actorLabel: "test",
          operation,
          ...more,
        })
        .returning();
      if (row === undefined) throw new Error("no task");
      return row;
    },
    async task(id: DeploymentTaskId) {
      const [row] = await db.select().from(tasksTable).where(eq(tasksTable.id, id));
      if (row === undefined) throw new Error("no task");
      return row;
    },
    async logPieces(id: DeploymentTaskId) {
      return await db.select().from(taskLogs).where(eq(taskLogs.taskId, id)).orderBy(asc(taskLogs.seq));
    },
    /** An engine whose runs all do what the script says. It looks at the queue only when told, unless it is told to. */
    engine(owner: string, script: Script, more: Partial<EngineOptions> = {}) {
      return new TaskEngine({ ...engineOptions(db), owner, runners: scripted(script), ...more });
    },
    [Symbol.asyncDispose]: () => stop.disposeAsync(),
  };
}

export type QueueWorld = Awaited<ReturnType<typeof createQueueWorld>>;

/** Patient about the poll, so that a test sees what does not depend on it. */
export function engineOptions(db: ServiceDatabase): Omit<EngineOptions, "owner" | "runners"> {
  const timeoutMs = 60_000;
  return {
    db,
    log: silent,
    dependencies,
    concurrency: 8,
    perClusterMax: 8,
    attemptsMax: 3,
    retry: { firstMs: 20, maxMs: 50 },
    leaseMs: 20_000,
    heartbeatMs: 5_000,
    pollMs: 30_000,
    stopGraceMs: 0,
    timeoutMs: {
      Install: timeoutMs,
      Upgrade: timeoutMs,
      Rollback: timeoutMs,
      Reinstall: timeoutMs,
      Recreate: timeoutMs,
      Uninstall: timeoutMs,
      InvokeAction: timeoutMs,
      RestartK8sResource: timeoutMs,
    },
  };
}

/** Every operation does what the script says. */
export function scripted(script: Script): Runners {
  const steps: readonly string[] = [];
  const run = async (_: unknown, context: RunContext): Promise<Done> =>
    (await script(context)) ?? { status: "Done", reason: "done" };
  const runner = { steps, run };
  return {
    Install: runner,
    Upgrade: runner,
    Rollback: runner,
    Reinstall: runner,
    Recreate: runner,
    Uninstall: runner,
    InvokeAction: runner,
    RestartK8sResource: runner,
  };
}

const unused = async (): Promise<never> => {
  throw new Error("no test of the queue gets here");
};

const dependencies: OperationDependencies = {
  cluster: () =>
    openCluster({
      context: "nowhere",
      server: "https://nowhere.invalid",
      ca: undefined,
      cert: undefined,
      key: undefined,
      token: undefined,
      serverName: undefined,
      skipTlsVerify: false,
    }),
  reach: unused,
  helm: { run: unused, resume: unused },
  identities: new Identities("platz-identities"),
  grant: unused,
  kindName: unused,
  outside: unused,
  taskLog: unused,
  egress: createEgress(),
  values: unused,
  chartArchive: unused,
  credentials: unused,
  sign: async () => ({}),
  actionRequest: unused,
  resource: unused,
  publishResourceTypes: unused,
};

/** Ends when the work is asked to stop, as Helm would. */
export async function untilStopped({ signal }: Pick<RunContext, "signal">): Promise<undefined> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  signal.throwIfAborted();
  return undefined;
}

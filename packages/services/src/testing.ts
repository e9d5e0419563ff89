import type { Database } from "@platz/db";
import {
  bots,
  deploymentKinds,
  deploymentPermissions,
  deployments,
  deploymentTasks,
  envs,
  envUserPermissions,
  users,
} from "@platz/db/schema";
import {
  type DeploymentId,
  type DeploymentTaskId,
  type EnvId,
  type Identity,
  NewDeployment,
  type Operation,
} from "@platz/domain";
import { createKeyRing } from "@platz/sealing";
import { asc, eq } from "drizzle-orm";
import { openContext, type ServiceContext } from "./context.ts";
import { createDeployment } from "./deployment/create.ts";
import { insertTestChart, insertTestCluster } from "./testing/rows.ts";

export {
  insertTestChart,
  insertTestCluster,
  insertTestResource,
  insertTestResourceType,
  markClusterGone,
  setLegacyTokenRights,
  testActions,
  testFeatures,
  testForm,
} from "./testing/rows.ts";

/** An env with a cluster, a kind of deployment with a chart, and somebody of every sort. */
export async function createTestWorld(db: Database) {
  const mark = crypto.randomUUID().slice(0, 8);
  const keyring = createKeyRing(`test:${btoa("k".repeat(32))}`);
  const dependencies = { db, keyring, ownUrl: "https://platz.example.com/", now: () => new Date() };

  const [env] = await db
    .insert(envs)
    .values({ name: `env-${mark}` })
    .returning();
  const [otherEnv] = await db
    .insert(envs)
    .values({ name: `other-${mark}` })
    .returning();
  if (!env || !otherEnv) throw new Error("no env");
  const cluster = await insertTestCluster(db, env.id);
  const otherCluster = await insertTestCluster(db, otherEnv.id);
  const [kind] = await db
    .insert(deploymentKinds)
    .values({ name: `Shop${mark}` })
    .returning();
  if (!kind) throw new Error("no kind");
  const chart = await insertTestChart(db, kind.id, {});

  const as = (identity: Identity): Promise<ServiceContext> => openContext(dependencies, identity);
  const person = async (isAdmin = false) => {
    const name = `${crypto.randomUUID().slice(0, 8)}-${mark}`;
    const [user] = await db
      .insert(users)
      .values({ displayName: name, email: `${name}@platz.dev`, isAdmin })
      .returning();
    if (!user) throw new Error("no user");
    return user;
  };
  const addMember = async (envId: EnvId, role: "Admin" | "User", deploymentRole?: "Owner" | "Maintainer") => {
    const user = await person();
    await db.insert(envUserPermissions).values({ envId, userId: user.id, role });
    if (deploymentRole) {
      await db
        .insert(deploymentPermissions)
        .values({ envId, userId: user.id, kindId: kind.id, role: deploymentRole });
    }
    return await as({ kind: "User", id: user.id });
  };

  const addBot = async (deploymentRole?: "Owner" | "Maintainer") => {
    const [bot] = await db
      .insert(bots)
      .values({ displayName: `bot-${mark}` })
      .returning();
    if (!bot) throw new Error("no bot");
    if (deploymentRole) {
      const right = { envId: env.id, botId: bot.id };
      await db.insert(envUserPermissions).values({ ...right, role: "User" });
      await db.insert(deploymentPermissions).values({ ...right, kindId: kind.id, role: deploymentRole });
    }
    return await as({ kind: "Bot", id: bot.id });
  };

  const people = {
    siteAdmin: await as({ kind: "User", id: (await person(true)).id }),
    envAdmin: await addMember(env.id, "Admin"),
    owner: await addMember(env.id, "User", "Owner"),
    maintainer: await addMember(env.id, "User", "Maintainer"),
    member: await addMember(env.id, "User"),
    /** Governs another env, and has nothing to do with this one. */
    stranger: await addMember(otherEnv.id, "Admin"),
    /** A bot to which nothing is granted. */
    bot: await addBot(),
    /** A bot of the env that owns the kind. */
    ownerBot: await addBot("Owner"),
  };
  const newDeployment = (more: Partial<NewDeployment> = {}) =>
    NewDeployment.parse({
      name: `d-${crypto.randomUUID().slice(0, 8)}`,
      kindId: kind.id,
      clusterId: cluster.id,
      helmChartId: chart.id,
      config: { size: 3 },
      ...more,
    });

  return {
    db,
    keyring,
    env,
    otherEnv,
    cluster,
    otherCluster,
    kind,
    chart,
    ...people,
    as,
    person,
    addMember,
    newDeployment,
    /** A deployment that has been installed, as its agent would leave it. */
    async installed(more: Partial<NewDeployment> = {}) {
      const { id } = await createDeployment(people.owner, newDeployment(more));
      return await markInstalled(db, id);
    },
  };
}

export type TestWorld = Awaited<ReturnType<typeof createTestWorld>>;

/** Ends every task of a deployment well, as an agent would. */
export async function markInstalled(db: Database, id: DeploymentId) {
  const [task] = await db
    .update(deploymentTasks)
    .set({ status: "Done", finishedAt: new Date() })
    .where(eq(deploymentTasks.deploymentId, id))
    .returning();
  const [deployment] = await db
    .update(deployments)
    .set({ status: "Running", revisionId: task?.id ?? null })
    .where(eq(deployments.id, id))
    .returning();
  if (!deployment) throw new Error("no deployment");
  return deployment;
}

/** The operations asked of a deployment, in their order. */
export async function operationsOf(db: Database, id: DeploymentId): Promise<Operation[]> {
  return (await tasksOf(db, id)).map(({ operation }) => operation);
}

/** Gives a task the end that its agent would give it. */
export async function endTask(db: Database, id: DeploymentTaskId, status: "Failed" | "Done"): Promise<void> {
  await db.update(deploymentTasks).set({ status, finishedAt: new Date() }).where(eq(deploymentTasks.id, id));
}

/** As an agent's claim would leave a task. */
export async function startTask(db: Database, id: DeploymentTaskId): Promise<void> {
  const leaseExpiresAt = new Date(Date.now() + 60_000);
  await db
    .update(deploymentTasks)
    .set({ status: "Started", startedAt: new Date(), fence: 1, leaseExpiresAt })
    .where(eq(deploymentTasks.id, id));
}

/** The tasks of a deployment, in their order. */
export async function tasksOf(db: Database, id: DeploymentId) {
  return await db
    .select()
    .from(deploymentTasks)
    .where(eq(deploymentTasks.deploymentId, id))
    .orderBy(asc(deploymentTasks.seq));
}

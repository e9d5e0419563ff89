import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  deployments,
  deploymentTasks,
  helmCharts,
  helmRegistries,
  k8sClusters,
  taskLogs,
} from "@platz/db/schema";
import { createTestDatabase } from "@platz/db/testing";
import { type DeploymentId, DeploymentTaskId, type Json, NewKindGrant } from "@platz/domain";
import {
  accountKubeconfig,
  type ClusterConnection,
  loadKubeconfig,
  openCluster,
  standardPlaces,
} from "@platz/kubernetes";
import { openRegistry, packageChart, pushChart } from "@platz/oci";
import { createDeployment, createKindGrant, deleteKindGrant, updateDeployment } from "@platz/services";
import { createTestWorld } from "@platz/services/testing";
import { asc, eq } from "drizzle-orm";
import { AgentSettings } from "../settings.ts";

const DAY_MS = 24 * 3_600_000;

const encryptionKeys = `test:${btoa("k".repeat(32))}`;

/** A chart as small as it can be; `templates` by file name. */
export interface TestChart {
  readonly version?: string;
  readonly templates?: Readonly<Record<string, string>>;
  /** Files beside the templates, such as `values.yaml`. */
  readonly files?: Readonly<Record<string, string>>;
  readonly valuesUi?: Json | null;
  readonly features?: Json;
  readonly actionsSchema?: Json;
  readonly resourceTypes?: Json;
  readonly parsedBranch?: string;
  readonly parsedVersion?: string;
}

const configMap = `apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-config}
data: {size: {{ .Values.app.size | quote }}}
`;

/** Parts of a test's own, which it may take away. */
interface OwnParts {
  /** A superuser's address. */
  readonly databaseUrl?: string;
  /** Of an admin of a cluster that has the published rights. */
  readonly kubeconfig?: string;
}

/**
 * A database with people, an env and a chart that really is in the registry, on the real control plane. Each world has
 * a kind of its own, hence namespaces of its own, which go when it is disposed. `more` are settings of its agents.
 */
export async function createAgentWorld(
  more: Readonly<Record<string, string>> = {},
  { databaseUrl, kubeconfig: own }: OwnParts = {},
) {
  await using made = new AsyncDisposableStack();
  const db = made.use(await createTestDatabase(databaseUrl));
  const world = await createTestWorld(db);
  const adminKubeconfig = own ?? process.env["PLATZ_TEST_KUBECONFIG"] ?? "";
  const connection = await loadKubeconfig(adminKubeconfig);
  const kubeconfig = await agentKubeconfig(connection, made);
  const client = openCluster(connection);
  const domain = process.env["PLATZ_TEST_REGISTRY"] ?? "";
  const registry = openRegistry({ domain });
  const mark = crypto.randomUUID().slice(0, 8);
  const repository = `charts/agent-${mark}`;
  await db
    .update(k8sClusters)
    .set({ providerId: `local:${connection.context}`, name: connection.context })
    .where(eq(k8sClusters.id, world.cluster.id));
  await db
    .update(helmRegistries)
    .set({ domainName: domain, repoName: repository })
    .where(eq(helmRegistries.kindId, world.kind.id));
  const environment = {
    DATABASE_URL: db.url,
    PLATZ_OWN_URL: "https://platz.example.com",
    PLATZ_ENCRYPTION_KEYS: encryptionKeys,
    PLATZ_CLUSTER_PROVIDER: "local",
    PLATZ_LOCAL_KUBECONFIG: kubeconfig,
    PLATZ_HELM_BIN: process.env["PLATZ_TEST_HELM"] ?? "",
    PLATZ_TASK_LEASE: "2s",
    PLATZ_TASK_HEARTBEAT: "300ms",
    PLATZ_TASK_POLL: "200ms",
    PLATZ_TASK_RETRY_FIRST: "100ms",
    PLATZ_TASK_RETRY_MAX: "500ms",
    K8S_RETRY_MAX: "1s",
    PLATZ_AGENT_SHUTDOWN_GRACE: "0s",
    ...more,
  };
  const settings = (more: Record<string, string> = {}) => AgentSettings.parse({ ...environment, ...more });

  const deploymentRow = async (id: DeploymentId) =>
    (await db.select().from(deployments).where(eq(deployments.id, id)))[0];
  const tasks = (id: DeploymentId) =>
    db
      .select()
      .from(deploymentTasks)
      .where(eq(deploymentTasks.deploymentId, id))
      .orderBy(asc(deploymentTasks.seq));
  const face = {
    ...world,
    db,
    client,
    connection,
    /** The file of a cluster admin. */
    adminKubeconfig,
    /** The id of no task. */
    nothing: DeploymentTaskId.parse(crypto.randomUUID()),
    /** What a process of the agent is given. */
    environment,
    settings,
    deploymentRow,
    tasks,
    /** The whole log of a task. */
    async log(id: DeploymentTaskId) {
      const chunks = await db
        .select()
        .from(taskLogs)
        .where(eq(taskLogs.taskId, id))
        .orderBy(asc(taskLogs.seq));
      return chunks.map(({ text }) => text).join("");
    },
    /** Pushes a chart and records it as discovery would. */
    async chartOf({
      version = "1.0.0",
      templates = { "config.yaml": configMap },
      files: others = {},
      ...extensions
    }: TestChart = {}) {
      const files = {
        "Chart.yaml": `apiVersion: v2\nname: agent-${mark}\nversion: ${version}\n`,
        ...others,
        ...Object.fromEntries(Object.entries(templates).map(([name, text]) => [`templates/${name}`, text])),
      };
      const { digest } = await pushChart(registry, await packageChart(files), { repository, tag: version });
      const [chart] = await db
        .insert(helmCharts)
        .values({
          createdAt: new Date(),
          helmRegistryId: world.chart.helmRegistryId,
          imageDigest: digest,
          imageTag: version,
          valuesUi: world.chart.valuesUi,
          features: {},
          ...extensions,
        })
        .returning();
      if (chart === undefined) throw new Error("no chart");
      return chart;
    },
    /** Asks for a deployment of a chart; the agent, if one runs, installs it. */
    async deploy(helmChartId: (typeof world.chart)["id"], config: Record<string, Json> = { size: 3 }) {
      return await createDeployment(world.owner, world.newDeployment({ helmChartId, config }));
    },
    async edit(
      id: DeploymentId,
      change: Partial<Omit<Parameters<typeof updateDeployment>[1], "id" | "version">>,
    ) {
      const row = await deploymentRow(id);
      return await updateDeployment(world.owner, { id, version: row?.version ?? 0, ...change });
    },
    /** Grants the world's kind more than its namespaces. Disposing takes the grant back. */
    async grant(given: Partial<Pick<NewKindGrant, "preset" | "clusterRole" | "podSecurity">>) {
      const { id } = await createKindGrant(
        world.siteAdmin,
        NewKindGrant.parse({ kindId: world.kind.id, reason: "a test wants it", ...given }),
      );
      return { [Symbol.asyncDispose]: () => deleteKindGrant(world.siteAdmin, id) };
    },
    /** Waits until all tasks of a deployment have ended, and gives them; or until the deployment is gone. */
    async settled(id: DeploymentId, timeoutMs?: number) {
      return await until(async () => {
        const rows = await tasks(id);
        return rows.every(({ finishedAt }) => finishedAt !== null) ? rows : undefined;
      }, timeoutMs);
    },
  };
  made.defer(async () => {
    const names = await db.select({ name: deployments.namespace }).from(deployments);
    await Promise.all(names.map(({ name }) => client.deleteNamespace(name)));
  });
  const stop = made.move();
  return { ...face, [Symbol.asyncDispose]: () => stop.disposeAsync() };
}

/** A kubeconfig of an account that has the published rights of agents, and no more. */
async function agentKubeconfig(admin: ClusterConnection, made: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "platz-agent-world-"));
  made.defer(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "kubeconfig");
  await writeFile(file, await accountKubeconfig(admin, standardPlaces.agent, DAY_MS), { mode: 0o600 });
  return file;
}

export type AgentWorld = Awaited<ReturnType<typeof createAgentWorld>>;

/** Asks until there is an answer; fails after `timeoutMs`. */
export async function until<Answer>(
  ask: () => Promise<Answer | undefined | false>,
  timeoutMs = 60_000,
): Promise<Answer> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`nothing came within ${timeoutMs} ms`);
    await Bun.sleep(25);
  }
}

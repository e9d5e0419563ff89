import { hostname } from "node:os";
import { createOutgoingSigner, createSigningKeys, issueDeploymentToken } from "@platz/auth";
import { databaseTarget, requireHttps } from "@platz/config";
import { type Database, openDatabase } from "@platz/db";
import { findDeploymentKind } from "@platz/db/queries/deployment-kinds";
import { findK8sCluster } from "@platz/db/queries/k8s-clusters";
import { findK8sResourceOfDeployment } from "@platz/db/queries/k8s-resources";
import { findOutsideObjects } from "@platz/db/queries/outside-objects";
import { readTaskLog } from "@platz/db/queries/task-logs";
import type { ClusterId, Deployment, DeploymentId, DeploymentTask, OperationKind } from "@platz/domain";
import { egressOf } from "@platz/egress";
import type { Sandbox } from "@platz/sandbox";
import { openSandbox } from "@platz/sandbox/process";
import {
  buildActionRequest,
  buildHelmValues,
  createChartComputer,
  grantOf,
  publishResourceTypes,
  signingKeyStore,
  wantedTimeoutMs,
} from "@platz/services";
import { createMetrics, type Logger } from "@platz/telemetry";
import { chartArchives } from "./chart-archives.ts";
import { ClusterFleet } from "./clusters/cluster-fleet.ts";
import type { ClusterRounds } from "./clusters/cluster-rounds.ts";
import { credentialsRefresher } from "./clusters/credentials-refresher.ts";
import { DriftReconciler } from "./clusters/drift-reconciler.ts";
import { databaseReady } from "./database-ready.ts";
import { type EngineOptions, TaskEngine } from "./engine/task-engine.ts";
import { followHints } from "./follow-hints.ts";
import { openHelm } from "./helm/open-helm.ts";
import { Identities } from "./identities/identities.ts";
import { identityKeeper } from "./identities/identity-keeper.ts";
import { runners } from "./operations/index.ts";
import type { OperationDependencies } from "./operations/operation-runner.ts";
import { openProvider } from "./providers/open-provider.ts";
import { ClusterQuestions } from "./questions/cluster-questions.ts";
import { hookOptions } from "./resource-hooks/hook-options.ts";
import { ResourceHooks } from "./resource-hooks/resource-hooks.ts";
import { serveHealth } from "./serve-health.ts";
import { type AgentSettings, requireCredentialTimes, verbSettings } from "./settings.ts";
import { UpgradePolicies } from "./upgrade-policies/upgrade-policies.ts";

/** What a process has already and shares with the agent. The pool stays its own to close. */
export interface AgentParts {
  readonly log: Logger;
  readonly db?: Database;
  /** What computes what charts decide; without one, processes of the agent's own. */
  readonly sandbox?: Sandbox;
  /** Called at each named step of each run, for tests that end the process there. */
  readonly onStep?: EngineOptions["onStep"];
  /** Ends the wait for the database, when the process is to stop before it has begun. */
  readonly stopping?: AbortSignal;
}

/**
 * Starts the agent: it waits for the schema, holds and watches its clusters, runs their tasks, and calls
 * the hooks of their applications. Throws a
 * `ConfigError` for settings that cannot work, Helm's version among them.
 */
export async function startAgent(
  settings: AgentSettings,
  { log, db: shared, sandbox, onStep, stopping = new AbortController().signal }: AgentParts,
): Promise<AsyncDisposable> {
  requireCredentialTimes(settings);
  requireHttps(settings, { PLATZ_OWN_URL: settings.PLATZ_OWN_URL });
  const { url, options, mayBePlain } = databaseTarget(settings);
  await using started = new AsyncDisposableStack();
  const db = shared ?? started.use(openDatabase(url, { ...options, applicationName: "platz-k8s-agent" }));
  const helm = await openHelm(settings, log);
  const owner = settings.PLATZ_AGENT_NAME ?? `${hostname()}-${crypto.randomUUID()}`;
  await databaseReady(db, { log, stopping, mayWarn: mayBePlain && shared === undefined });
  if (stopping.aborted) return started.move();

  const fleet: ClusterFleet = started.use(
    new ClusterFleet({
      db,
      log,
      owner,
      provider: await openProvider(settings),
      refreshMs: settings.K8S_REFRESH_INTERVAL,
      leaseMs: settings.PLATZ_TASK_LEASE * 1.5,
      retry: { firstMs: 500, maxMs: settings.K8S_RETRY_MAX },
      onConnected: (id) => {
        engine.wake();
        keeper.add(id);
        if (!settings.PLATZ_DISABLE_DEPLOYMENT_CREDENTIALS) refresher.add(id);
      },
      onDeploymentTouched: (id) => drift.add(id),
    }),
  );
  const computer = createChartComputer({ sandbox: sandbox ?? started.use(openSandbox()), db, log });
  const cluster = (id: ClusterId) => fleet.client(id);
  const drift: DriftReconciler = started.use(new DriftReconciler({ db, log, computer, cluster }));
  const credentials = deploymentCredentials(db, settings);
  const dependencies = { ...operationDependencies(settings, { db, fleet, credentials, computer }), helm };
  const engine: TaskEngine = started.use(
    new TaskEngine({
      ...engineSettings(settings, db),
      db,
      log,
      owner,
      clusters: () => fleet.connected(),
      runners,
      dependencies,
      ...(onStep ? { onStep } : {}),
    }),
  );
  const refresher = started.use(
    credentialsRefresher({
      db,
      log,
      credentials,
      intervalMs: settings.PLATZ_DEPLOYMENT_CREDENTIALS_REFRESH_INTERVAL,
      cluster,
    }),
  );
  const keeper: ClusterRounds = started.use(keeperOf(db, { log, fleet, dependencies }));
  const hooks = started.use(new ResourceHooks(hookOptions(settings, { db, log, fleet, dependencies })));
  const questions = started.use(clusterQuestions(settings, { db, log, fleet, dependencies }));
  const verbs = { ...verbSettings(settings), db, now, log, computer };
  const policies = started.use(
    new UpgradePolicies({ dependencies: verbs, log, clusters: () => fleet.connected() }),
  );
  started.use(followHints(db, { fleet, engine, hooks, questions, policies, keeper }));
  if (settings.PLATZ_AGENT_HTTP_PORT !== undefined) {
    started.use(serveFigures(settings.PLATZ_AGENT_HTTP_PORT, { log, engine, fleet }));
  }
  return started.move();
}

function keeperOf(
  db: Database,
  {
    log,
    fleet,
    dependencies: { identities },
  }: { log: Logger; fleet: ClusterFleet; dependencies: Pick<OperationDependencies, "identities"> },
): ClusterRounds {
  return identityKeeper({
    db,
    log,
    identities,
    cluster: (id) => fleet.client(id),
    grant: (of) => grantOf(db, of),
    onRights: (id, missing) => fleet.noteRights(id, missing),
  });
}

function serveFigures(
  at: number,
  { log, engine, fleet }: { log: Logger; engine: TaskEngine; fleet: ClusterFleet },
): AsyncDisposable {
  const facts = () => ({
    tasksRunning: engine.running,
    clustersConnected: fleet.connected().length,
    blindSpots: fleet.blindSpots,
    resyncCorrections: fleet.corrections,
    missingRights: fleet.rights.all(),
    clustersLackingRights: fleet.rights.clusters,
  });
  const served = serveHealth(at, { metrics: createMetrics(), facts });
  log.info({ port: served.port }, "health and metrics are served");
  return served;
}

const now = () => new Date();

function operationDependencies(
  settings: AgentSettings,
  {
    db,
    fleet,
    credentials,
    computer,
  }: Pick<OperationDependencies, "credentials" | "computer"> & { db: Database; fleet: ClusterFleet },
): Omit<OperationDependencies, "helm"> {
  const keyring = settings.PLATZ_ENCRYPTION_KEYS;
  const source = { db, keyring, ownUrl: settings.PLATZ_OWN_URL, computer };
  const outgoingKeys = createSigningKeys(signingKeyStore({ db, keyring, now }, "outgoing"));
  return {
    computer,
    cluster: (id) => fleet.client(id),
    reach: (id, signal) => fleet.reach(id, signal),
    identities: new Identities(settings.PLATZ_IDENTITIES_NAMESPACE),
    outside: (deploymentId) => findOutsideObjects(db, deploymentId),
    kindName: async ({ kindId }) => (await findDeploymentKind(db, kindId))?.name ?? "of the deployment",
    grant: ({ kindId }, clusterId) => grantOf(db, { kindId, clusterId }),
    taskLog: (id) => readTaskLog(db, id),
    egress: egressOf(settings),
    values: (task) => buildHelmValues(source, task),
    sign: createOutgoingSigner(outgoingKeys, { issuer: new URL(settings.PLATZ_OWN_URL).href }),
    actionRequest: (task) => buildActionRequest(source, task),
    chartArchive: chartArchives(settings, computer),
    credentials,
    resource: (deploymentId, id) => findK8sResourceOfDeployment(db, deploymentId, id),
    publishResourceTypes: async (chart, deployment) => {
      const cluster = await findK8sCluster(db, deployment.clusterId, "all");
      if (cluster?.envId) await publishResourceTypes(db, { chart, deployment, envId: cluster.envId });
    },
  };
}

/** Keys and values of `platz-creds` (workers spec 3.10). */
function deploymentCredentials(db: Database, settings: AgentSettings) {
  const keyring = settings.PLATZ_ENCRYPTION_KEYS;
  const keys = createSigningKeys(signingKeyStore({ db, keyring, now }, "access"));
  return async (deploymentId: DeploymentId): Promise<Record<string, string>> => {
    const ttlMs = settings.PLATZ_DEPLOYMENT_CREDENTIALS_TOKEN_DURATION;
    const { token, expiresAt } = await issueDeploymentToken(keys, deploymentId, { ttlMs, now: now() });
    return {
      access_token: token,
      server_url: new URL(settings.PLATZ_OWN_URL).href,
      expires_at: expiresAt.toISOString().replace("Z", "+00:00"),
    };
  };
}

const removing: ReadonlySet<OperationKind> = new Set(["Recreate", "Uninstall"]);

function engineSettings(settings: AgentSettings, db: Database) {
  const helmMs = settings.PLATZ_HELM_TIMEOUT;
  return {
    concurrency: settings.PLATZ_TASK_CONCURRENCY,
    perClusterMax: settings.PLATZ_TASK_CONCURRENCY_PER_CLUSTER,
    attemptsMax: settings.PLATZ_TASK_ATTEMPTS_MAX,
    retry: { firstMs: settings.PLATZ_TASK_RETRY_FIRST, maxMs: settings.PLATZ_TASK_RETRY_MAX },
    leaseMs: settings.PLATZ_TASK_LEASE,
    heartbeatMs: settings.PLATZ_TASK_HEARTBEAT,
    pollMs: settings.PLATZ_TASK_POLL,
    stopGraceMs: settings.PLATZ_AGENT_SHUTDOWN_GRACE,
    async wantedTimeoutMs(task: DeploymentTask, deployment: Deployment) {
      const wantedMs = await wantedTimeoutMs(db, task, deployment);
      if (wantedMs === undefined) return undefined;
      const allowedMs = Math.min(wantedMs, settings.PLATZ_HELM_TIMEOUT_MAX);
      // How long a namespace takes to go is not the chart's: there it may only give more time.
      return removing.has(task.operation.kind) ? Math.max(allowedMs, helmMs) : allowedMs;
    },
    timeoutMs: {
      Install: helmMs,
      Upgrade: helmMs,
      Rollback: helmMs,
      Reinstall: helmMs,
      Recreate: helmMs,
      Uninstall: helmMs,
      InvokeAction: settings.PLATZ_ACTION_TIMEOUT,
      RestartK8sResource: settings.PLATZ_RESTART_TIMEOUT,
    },
  };
}

function clusterQuestions(
  settings: AgentSettings,
  {
    db,
    log,
    fleet,
    dependencies,
  }: { db: Database; log: Logger; fleet: ClusterFleet; dependencies: OperationDependencies },
): ClusterQuestions {
  const keyring = settings.PLATZ_ENCRYPTION_KEYS;
  return new ClusterQuestions({
    db,
    log,
    keyring,
    rendering: { ...dependencies, db, keyring },
    pollMs: settings.PLATZ_TASK_POLL,
    // Before those who wait have given up.
    timeoutMs: 15_000,
    clusters: () => fleet.connected(),
    cluster: (id) => fleet.client(id),
  });
}

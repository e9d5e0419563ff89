import type { Queryable } from "@platz/db";
import { findDeploymentTask } from "@platz/db/queries/deployment-tasks";
import { findDeployment, type PlacedDeployment } from "@platz/db/queries/deployments";
import { findEnv } from "@platz/db/queries/envs";
import { findHelmChart, type HelmChartOfKind } from "@platz/db/queries/helm-charts";
import { findK8sCluster } from "@platz/db/queries/k8s-clusters";
import {
  type ClusterId,
  type DeploymentTask,
  type DeploymentTaskId,
  type Env,
  type JsonObject,
  type K8sCluster,
  NotFound,
  PreconditionFailed,
} from "@platz/domain";
import type { ServiceDependencies } from "../../context.ts";
import { sealedKeys } from "../../sealed/seal-sensitive.ts";
import { openOperation } from "../sealed-inputs.ts";
import type { ValuesPlace } from "./platz-info.ts";

/** The chart and inputs that a task applies, and where. */
export interface Revision {
  /** The task whose inputs these are; of a preview, the live one if there is any. */
  readonly id: DeploymentTaskId | null;
  readonly chart: HelmChartOfKind;
  readonly inputs: JsonObject;
  readonly valuesOverride: JsonObject;
  /** Which inputs are, or would be, stored sealed. */
  readonly sealed: ReadonlySet<string>;
  readonly place: ValuesPlace;
}

/**
 * What a task applies: an Install, Upgrade or Rollback its own inputs, a Reinstall those of the deployment's live revision; on
 * the cluster and in the namespace that the task was asked for.
 */
export async function findRevision(
  { db, keyring, ownUrl }: Pick<ServiceDependencies, "db" | "keyring" | "ownUrl">,
  task: DeploymentTask,
): Promise<Revision & { readonly id: DeploymentTaskId }> {
  const deployment = await findDeployment(db, task.deploymentId, "all");
  if (!deployment) throw new NotFound("deployment", task.deploymentId);
  const { id, operation: stored } = await liveTask(db, deployment, task);
  const operation = await openOperation(keyring, deployment.id, stored);
  if (!("configInputs" in operation)) {
    throw new PreconditionFailed("The deployment has no installed revision: retry its Install.");
  }
  const chart = await findHelmChart(db, operation.helmChartId);
  if (!chart) throw new NotFound("chart", operation.helmChartId);
  const { cluster, env } = await placeOfCluster(db, task.clusterId);
  const { configInputs: inputs, valuesOverride } = operation;
  return {
    id,
    chart,
    inputs,
    valuesOverride,
    sealed: sealedKeys("configInputs" in stored ? stored.configInputs : {}),
    place: { deployment, namespace: task.namespace, cluster, env, revisionId: id, ownUrl },
  };
}

async function liveTask(
  db: Queryable,
  { revisionId }: PlacedDeployment,
  task: DeploymentTask,
): Promise<Pick<DeploymentTask, "id" | "operation">> {
  if (task.operation.kind !== "Reinstall" || revisionId === null) return task;
  const revision = await findDeploymentTask(db, revisionId, "all");
  if (!revision) throw new NotFound("task", revisionId);
  return revision;
}

/** The cluster and its env. Throws `PreconditionFailed` for one that belongs to no env. */
export async function placeOfCluster(
  db: Queryable,
  clusterId: ClusterId | null,
): Promise<{ cluster: K8sCluster; env: Env }> {
  const cluster = clusterId === null ? undefined : await findK8sCluster(db, clusterId, "all");
  if (!cluster) throw new NotFound("cluster", clusterId ?? undefined);
  const env = cluster.envId === null ? undefined : await findEnv(db, cluster.envId, "all");
  if (!env) {
    throw new PreconditionFailed(
      `The cluster ${cluster.name} belongs to no env: ask a site admin to put it into one.`,
    );
  }
  return { cluster, env };
}

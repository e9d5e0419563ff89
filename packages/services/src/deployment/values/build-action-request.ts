import type { Action } from "@platz/chart-ext";
import { findDeployment } from "@platz/db/queries/deployments";
import { findHelmChart } from "@platz/db/queries/helm-charts";
import { findK8sCluster } from "@platz/db/queries/k8s-clusters";
import {
  type DeploymentTask,
  ingressHost,
  type Json,
  JsonObject,
  NotFound,
  type OperationOf,
  PreconditionFailed,
} from "@platz/domain";
import type { ComputedChart } from "../../chart/chart-computer.ts";
import { chartActions } from "../../chart/chart-extensions.ts";
import type { ServiceDependencies } from "../../context.ts";
import { sealedTexts } from "../../sealed/seal-sensitive.ts";
import { openJson } from "../../sealed/sealed-json.ts";
import { inputsPlace } from "../sealed-inputs.ts";
import { renderForm } from "./render-form.ts";

/** What is sent to a deployment when one of its actions is invoked. */
export interface ActionRequest {
  readonly action: Action;
  /** The host that the deployment holds. */
  readonly host: string;
  /** Begins with one slash. */
  readonly path: string;
  readonly body: Json;
  /** Texts that must appear in no log. */
  readonly confidential: readonly string[];
}

type Source = Pick<ServiceDependencies, "db" | "keyring" | "computer">;

/**
 * The request of an InvokeAction task (workers spec 3.6 and 8.9), read at this moment: what its inputs refer to is
 * looked up again within the env. Throws a `DomainError` whose message says what is in the way.
 */
export async function buildActionRequest(
  source: Source,
  task: DeploymentTask & { readonly operation: OperationOf<"InvokeAction"> },
): Promise<ActionRequest> {
  const { db } = source;
  const { helmChartId, actionId } = task.operation;
  const deployment = await findDeployment(db, task.deploymentId, "all");
  if (!deployment) throw new NotFound("deployment", task.deploymentId);
  const cluster = await findK8sCluster(db, deployment.clusterId, "all");
  const chart = await findHelmChart(db, helmChartId);
  const action = chart && chartActions(chart).find(({ id }) => id === actionId);
  if (!chart || !action) throw new NotFound("action of this deployment's chart", actionId);
  if (!cluster?.ingressDomain || cluster.envId === null) {
    throw new PreconditionFailed(
      `The cluster ${deployment.clusterName} has no env or no ingress domain: a site admin has to set them for actions.`,
    );
  }
  const { body: stored } = task.operation;
  const body = await openJson(source.keyring, stored, inputsPlace(deployment.id));
  const confidential = isObject(stored) && isObject(body) ? sealedTexts({ stored, opened: body }) : [];
  const { kindId } = deployment;
  const items = {
    ...source,
    envId: cluster.envId,
    kindId,
    onSecret: (text: string) => confidential.push(text),
  };
  return {
    action,
    host: ingressHost(deployment.hostLabel, cluster.ingressDomain),
    path: `/${action.path.replace(/^\/+/, "")}`,
    body: await renderBody(items, chart, { action, body }),
    confidential,
  };
}

function isObject(value: Json): value is JsonObject {
  return JsonObject.safeParse(value).success;
}

async function renderBody(
  items: Parameters<typeof renderForm>[0],
  chart: ComputedChart,
  { action: { uiSchema: form }, body }: { readonly action: Action; readonly body: Json },
): Promise<Json> {
  if (form === null) return body;
  return (await renderForm(items, { chart, form, inputs: JsonObject.parse(body) })).values;
}

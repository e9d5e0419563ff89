import type { Action } from "@platz/chart-ext";
import { setDeploymentConfidential } from "@platz/db/queries/confidential-deployments";
import type { CollectionItem } from "@platz/db/queries/deployment-references";
import type { PlacedDeployment } from "@platz/db/queries/deployments";
import { findHelmChart } from "@platz/db/queries/helm-charts";
import {
  type HelmChart,
  Invalid,
  type Json,
  JsonObject,
  NotFound,
  PreconditionFailed,
  type ReportedStatus,
} from "@platz/domain";
import { requireDeploymentOperator, requireDeploymentOwner } from "../../access/require-deployment-role.ts";
import { chartActions } from "../../chart/chart-extensions.ts";
import type { ServiceContext } from "../../context.ts";
import { checkInputs, requirePlainInputs } from "../../deployment/check-inputs.ts";
import { inputsPlace, mayNameSecrets } from "../../deployment/sealed-inputs.ts";
import { sealSensitive } from "../../sealed/seal-sensitive.ts";
import { holdsSealed, openJson } from "../../sealed/sealed-json.ts";
import type { OperationPolicy } from "./operation-policy.ts";

export const invokeAction: OperationPolicy<"InvokeAction"> = {
  async prepare(context, deployment, { kind, actionId, body, again }) {
    // Whoever may do nothing at all here does not learn which actions there are.
    await requireDeploymentOperator(context, deployment, "invoke its actions");
    const chart = await findHelmChart(context.db, deployment.helmChartId);
    const action = chart && chartActions(chart).find(({ id }) => id === actionId);
    if (!chart || !action) throw new NotFound("action of this deployment's chart", actionId);
    if (action.allowedRole === "Owner") {
      await requireDeploymentOwner(context, deployment, `invoke "${action.title}"`);
    }
    requireAllowedStatus(action, deployment.reportedStatus);
    const references = await requireFittingBody(context, deployment, { chart, action, body });
    requirePlainInputs("The action", { body });
    const stored = await storedBody(context, deployment, { action, body, before: again?.body });
    if (holdsSealed(stored) || mayNameSecrets(references)) {
      await setDeploymentConfidential(context.db, deployment.id);
    }
    return { kind, helmChartId: chart.id, actionId, body: stored };
  },
};

/** The body with what its form calls sensitive sealed, and what was sealed in the one that is sent again. */
async function storedBody(
  { keyring }: ServiceContext,
  { id }: PlacedDeployment,
  {
    action,
    body,
    before,
  }: { readonly action: Action; readonly body: Json; readonly before: Json | undefined },
): Promise<Json> {
  const document = JsonObject.safeParse(body).data;
  if (document === undefined) return body;
  const inputs = action.uiSchema?.inputs ?? [];
  const sensitive = new Set(inputs.filter((input) => input.sensitive).map((input) => input.id));
  const place = inputsPlace(id);
  const stored = JsonObject.safeParse(before).data ?? {};
  return await sealSensitive(keyring, {
    document,
    isSensitive: (input) => sensitive.has(input),
    place,
    before: [{ stored, opened: await openJson(keyring, stored, place) }],
  });
}

/** An action may be limited to statuses that the deployment reports. Nothing is known without a good report, so nothing is refused. */
function requireAllowedStatus({ title, allowedOnStatuses }: Action, reported: ReportedStatus | null): void {
  if (allowedOnStatuses.length === 0 || !reported?.get_successful) return;
  const status = statusName(reported);
  if (status !== undefined && allowedOnStatuses.includes(status)) return;
  throw new PreconditionFailed(
    `"${title}" can be invoked while the deployment reports ${allowedOnStatuses.join(" or ")}, and it reports ${status ?? "nothing"} now.`,
  );
}

function statusName({ content }: ReportedStatus): string | undefined {
  const status = JsonObject.safeParse(JsonObject.safeParse(content).data?.["status"]).data;
  return typeof status?.["name"] === "string" ? status["name"] : undefined;
}

async function requireFittingBody(
  context: ServiceContext,
  { envId, kindId }: PlacedDeployment,
  { chart, action, body }: { readonly chart: HelmChart; readonly action: Action; readonly body: Json },
): Promise<readonly CollectionItem[]> {
  if (!action.uiSchema || envId === null) return [];
  const inputs = JsonObject.safeParse(body);
  if (!inputs.success) {
    throw Invalid.fields("The action", [
      { path: ["body"], message: "send an object with the inputs of its form" },
    ]);
  }
  return await checkInputs(context, {
    envId,
    kindId,
    form: action.uiSchema,
    chart,
    inputs: inputs.data,
    subject: "The action",
    field: "body",
  });
}

import { findDeploymentKind } from "@platz/db/queries/deployment-kinds";
import { replaceDeploymentReferences } from "@platz/db/queries/deployment-references";
import { insertTask } from "@platz/db/queries/deployment-tasks";
import { insertDeployment } from "@platz/db/queries/deployments";
import { DeploymentId, hostLabel, type NewDeployment, NotFound, namespaceName } from "@platz/domain";
import { actorOf } from "../access/actor-of.ts";
import { requireDeploymentOwner } from "../access/require-deployment-role.ts";
import { recordChange } from "../audit/record-change.ts";
import { chartFeatures, chartForm } from "../chart/chart-extensions.ts";
import { requireUsableChart } from "../chart/require-usable-chart.ts";
import { requireUsableCluster } from "../cluster/require-usable-cluster.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { auditedDeployment, auditedFields } from "./audited-deployment.ts";
import { checkInputs, requirePlainInputs } from "./check-inputs.ts";
import { requireHostFree } from "./claim-host.ts";
import { getDeployment, type ShownDeployment } from "./get.ts";
import { nameTaken } from "./name-taken.ts";
import { installOf } from "./plan-update.ts";
import { requireFittingName } from "./require-fitting-name.ts";
import { requireMayGiveNeeds } from "./require-may-give-needs.ts";
import { holdsSecrets, sealInputs } from "./sealed-inputs.ts";
import { sensitiveInputsOf } from "./sensitive-inputs.ts";

/** Saves a deployment and asks for its Install, both or neither. */
export async function createDeployment(
  context: ServiceContext,
  input: NewDeployment,
): Promise<ShownDeployment> {
  return await inTransaction(context, async (context) => {
    const { db } = context;
    const { envId, ingressDomain } = await requireUsableCluster(context, input.clusterId);
    await requireDeploymentOwner(context, { envId, kindId: input.kindId }, "create one");
    const kind = await findDeploymentKind(db, input.kindId);
    if (!kind) throw new NotFound("kind", input.kindId);
    const chart = await requireUsableChart(db, input.helmChartId, kind);
    const features = chartFeatures(chart);
    requireFittingName(kind.name, input.name, features);
    const { config, valuesOverride } = input;
    requirePlainInputs("The deployment", { config, valuesOverride });
    await requireMayGiveNeeds(context, envId, { chart });
    const references = await checkInputs(db, {
      envId,
      form: chartForm(chart),
      inputs: input.config,
      subject: "The deployment",
      field: "config",
    });
    const id = DeploymentId.parse(crypto.randomUUID());
    const isSensitive = sensitiveInputsOf(chart);
    const stored = await sealInputs(context.keyring, { id, inputs: input, isSensitive, before: [] });
    const confidential = holdsSecrets(stored, references);
    const namespace = namespaceName(kind.name, input.name);
    const label = hostLabel(features.ingress.hostnameFormat, { name: input.name, namespace });
    const wanted = { ...input, ...stored, confidential, id, namespace, hostLabel: label };
    await requireHostFree(context, { ...wanted, ingressDomain });
    if (!(await insertDeployment(db, wanted))) throw await nameTaken(context, { ...wanted, ingressDomain });
    await replaceDeploymentReferences(db, id, references);
    await insertTask(db, {
      deploymentId: id,
      clusterId: wanted.clusterId,
      namespace: wanted.namespace,
      operation: installOf({ ...wanted, enabled: true }),
      actor: actorOf(context),
    });
    const created = await getDeployment(context, id);
    const after = auditedFields({ ...created, ...stored });
    await recordChange(context, { ...auditedDeployment(created), after });
    return created;
  });
}

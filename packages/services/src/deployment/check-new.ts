import { findDeploymentKind } from "@platz/db/queries/deployment-kinds";
import type { CollectionItem } from "@platz/db/queries/deployment-references";
import type { HelmChartOfKind } from "@platz/db/queries/helm-charts";
import { DeploymentId, hostLabel, type NewDeployment, NotFound, namespaceName } from "@platz/domain";
import { requireDeploymentOwner } from "../access/require-deployment-role.ts";
import { chartFeatures } from "../chart/chart-extensions.ts";
import { requireUsableChart } from "../chart/require-usable-chart.ts";
import { requireUsableCluster } from "../cluster/require-usable-cluster.ts";
import type { ServiceContext } from "../context.ts";
import { checkInputs, requirePlainInputs } from "./check-inputs.ts";
import { requireHostFree } from "./claim-host.ts";
import type { WantedPlace } from "./name-taken.ts";
import { requireFittingName } from "./require-fitting-name.ts";
import { requireMayGiveNeeds } from "./require-may-give-needs.ts";

/** What a deployment that may be created would be. */
export interface CheckedDeployment {
  readonly kindName: string;
  readonly chart: HelmChartOfKind;
  readonly place: WantedPlace;
  /** What its inputs refer to: it stays until the transaction ends. */
  readonly references: readonly CollectionItem[];
}

/** Refuses a deployment that may not be created by the caller, or not like this. `to` finishes "Only an owner … may …". */
export async function checkNew(
  context: ServiceContext,
  { clusterId, kindId, helmChartId, name, config, valuesOverride }: NewDeployment,
  to: string,
): Promise<CheckedDeployment> {
  const { db } = context;
  const { envId, ingressDomain } = await requireUsableCluster(context, clusterId);
  await requireDeploymentOwner(context, { envId, kindId }, to);
  const kind = await findDeploymentKind(db, kindId);
  if (!kind) throw new NotFound("kind", kindId);
  const chart = await requireUsableChart(db, helmChartId, { kind, envId });
  const features = chartFeatures(chart);
  requireFittingName(kind.name, name, features);
  requirePlainInputs("The deployment", { config, valuesOverride });
  await requireMayGiveNeeds(context, envId, { chart });
  const references = await checkInputs(context, {
    envId,
    kindId,
    form: chart.valuesUi,
    chart,
    inputs: config,
    subject: "The deployment",
    field: "config",
  });
  const id = DeploymentId.parse(crypto.randomUUID());
  const namespace = namespaceName(kind.name, name);
  const label = hostLabel(features.ingress.hostnameFormat, { name, namespace });
  const place = { id, clusterId, kindId, name, namespace, hostLabel: label, ingressDomain };
  await requireHostFree(context, place);
  return { kindName: kind.name, chart, place, references };
}

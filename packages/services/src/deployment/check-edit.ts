import { findDeploymentInTheWay } from "@platz/db/queries/deployment-hosts";
import { type CollectionItem, listDependants } from "@platz/db/queries/deployment-references";
import type { PlacedDeployment } from "@platz/db/queries/deployments";
import { findHelmChart, type HelmChartOfKind } from "@platz/db/queries/helm-charts";
import { listStrandedUsers } from "@platz/db/queries/resource-moves";
import { Conflict, type Deployment, type EnvId, NotFound } from "@platz/domain";
import { requireDeploymentMaintainer, requireDeploymentOwner } from "../access/require-deployment-role.ts";
import { chartFeatures } from "../chart/chart-extensions.ts";
import { requireSigned } from "../chart/require-signed.ts";
import { requireUsableChart } from "../chart/require-usable-chart.ts";
import { requireUsableCluster } from "../cluster/require-usable-cluster.ts";
import type { ServiceContext } from "../context.ts";
import { strandedText } from "../resource-offer/stranded-text.ts";
import type { IsSensitive } from "../sealed/seal-sensitive.ts";
import { checkInputs } from "./check-inputs.ts";
import { hostAfter } from "./claim-host.ts";
import { deploymentLabel, deploymentLabels } from "./deployment-label.ts";
import type { Edit } from "./edit-of.ts";
import { nameTaken } from "./name-taken.ts";
import { requireFittingName } from "./require-fitting-name.ts";
import { requireMayGiveNeeds } from "./require-may-give-needs.ts";
import { sensitiveInputsOf } from "./sensitive-inputs.ts";

interface CheckedEdit {
  /** The env that the deployment will be in. */
  readonly envId: EnvId | null;
  /** The chart that the deployment will have. */
  readonly chart: HelmChartOfKind;
  /** What the inputs refer to; `undefined` when nothing was said that could change it. */
  readonly references: readonly CollectionItem[] | undefined;
  /** Whether the chart wants those who use the deployment to be reinstalled with it. */
  readonly reinstallDependencies: boolean;
  /** The host that the deployment will have. */
  readonly host: Pick<Deployment, "hostLabel" | "hostShared">;
  /** Which inputs are secrets, by the chart that the deployment will have. */
  readonly isSensitive: IsSensitive;
}

/** Refuses an edit that may not be made, or that would leave something broken. */
export async function checkEdit(context: ServiceContext, edit: Edit): Promise<CheckedEdit> {
  const { before, after } = edit;
  if (edit.isEnabled || edit.isDisabled || edit.hasOtherOverride) {
    await requireDeploymentOwner(context, before, "enable or disable it, or override its values");
  }
  const envId = await envAfter(context, edit);
  if (edit.isRenamed || edit.isMoved) await requirePlaceFree(context, edit);
  await requireDependantsKept(context, edit, envId);
  const chart = await chartAfter(context, edit, envId);
  const features = chartFeatures(chart);
  if (edit.isRenamed || edit.hasOtherChart) requireFittingName(after.kindName, after.name, features);
  const isToBeGiven = features.needs.length > 0 && (edit.hasOtherChart || envId !== before.envId);
  if (isToBeGiven && envId !== null) {
    const known = envId === before.envId ? await findHelmChart(context.db, before.helmChartId) : undefined;
    await requireMayGiveNeeds(context, envId, { chart, before: known });
  }
  return {
    envId,
    chart,
    host: await hostAfter(context, edit, features.ingress.hostnameFormat),
    references: await checkedReferences(context, edit, { chart, envId }),
    reinstallDependencies: features.reinstallDependencies,
    isSensitive: sensitiveInputsOf(chart),
  };
}

/** The env that the deployment will be in. Where it moves to, or comes alive again, must be usable. */
async function envAfter(
  context: ServiceContext,
  { before, after, isMoved, isEnabled }: Edit,
): Promise<EnvId | null> {
  if (!isMoved && !isEnabled) return before.envId;
  const { envId } = await requireUsableCluster(context, after.clusterId);
  if (isMoved) await requireDeploymentMaintainer(context, { envId, kindId: before.kindId }, "move it there");
  return envId;
}

async function requirePlaceFree(context: ServiceContext, { after }: Edit): Promise<void> {
  if (await findDeploymentInTheWay(context.db, after)) {
    throw await nameTaken(context, { ...after, ingressDomain: null });
  }
}

/** Whoever uses the deployment must still find it: enabled as long as they are, and in their env. */
async function requireDependantsKept(
  context: ServiceContext,
  edit: Edit,
  envId: EnvId | null,
): Promise<void> {
  const { before, isDisabled } = edit;
  const leavesEnv = envId !== before.envId;
  if (!isDisabled && !leavesEnv) return;
  if (leavesEnv && envId !== null) await requireResourcesKept(context, before, envId);
  const dependants = await listDependants(context.db, { collection: "deployments", itemId: before.id });
  const bound = leavesEnv ? dependants : dependants.filter(({ enabled }) => enabled);
  if (bound.length === 0) return;
  throw new Conflict(
    `${deploymentLabel(before)} is used by ${deploymentLabels(bound)}: take it out of their inputs, or disable them, first.`,
  );
}

/** Resources move along: whoever uses one and stays behind would not find it. */
async function requireResourcesKept(
  { db }: ServiceContext,
  before: PlacedDeployment,
  envId: EnvId,
): Promise<void> {
  const stranded = (await listStrandedUsers(db, [before.id], envId)).filter(({ isMoving }) => !isMoving);
  if (stranded.length > 0) throw new Conflict(strandedText(stranded));
}

async function chartAfter({ db }: ServiceContext, edit: Edit, envId: EnvId | null): Promise<HelmChartOfKind> {
  const { helmChartId, kindId, kindName } = edit.after;
  if (edit.hasOtherChart || edit.isEnabled) {
    return await requireUsableChart(db, helmChartId, { kind: { id: kindId, name: kindName }, envId });
  }
  const chart = await findHelmChart(db, helmChartId);
  if (!chart) throw new NotFound("chart", helmChartId);
  if (envId !== edit.before.envId) await requireSigned(db, chart, { kindId, envId });
  return chart;
}

async function checkedReferences(
  context: ServiceContext,
  { after, ...edit }: Edit,
  { chart, envId }: { readonly chart: HelmChartOfKind; readonly envId: EnvId | null },
): Promise<readonly CollectionItem[] | undefined> {
  const isToBeChecked = edit.hasOtherInputs || edit.hasOtherChart || edit.isMoved || edit.isEnabled;
  if (!isToBeChecked || envId === null) return undefined;
  const references = await checkInputs(context, {
    envId,
    kindId: after.kindId,
    form: chart.valuesUi,
    chart,
    inputs: after.config,
    subject: "The deployment",
    field: "config",
  });
  if (references.some(({ collection, itemId }) => collection === "deployments" && itemId === after.id)) {
    throw new Conflict(`${deploymentLabel(after)} cannot refer to itself: choose another deployment.`);
  }
  return references;
}

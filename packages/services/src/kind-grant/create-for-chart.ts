import { findHelmChart, type HelmChartOfKind } from "@platz/db/queries/helm-charts";
import { findAnsweringCluster } from "@platz/db/queries/k8s-clusters";
import { grantsOfKind } from "@platz/db/queries/kind-grants";
import {
  type ClusterAnswer,
  type ClusterId,
  type EffectiveGrant,
  effectiveGrant,
  type KindGrant,
  type LeastGrant,
  type NewKindGrantForChart,
  NotFound,
  PreconditionFailed,
  type UngrantedObject,
} from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { askRendering } from "../deployment/ask-rendering.ts";
import { renderExample } from "../deployment/render-example.ts";
import { createKindGrant } from "./create.ts";

/** What a version of a chart needs beyond what its kind has, and the grant that was given for it. */
export interface GrantForChart {
  /** `null`: nothing is lacking, or it was a trial. */
  readonly grant: KindGrant | null;
  readonly leastGrant: LeastGrant;
  /** The objects that had no grant before. */
  readonly ungranted: readonly UngrantedObject[];
}

/**
 * Grants the kind of a chart the least that a version of it needs, as an agent renders it: by its own defaults, or by what
 * somebody would fill in. Gives nothing when nothing is lacking. Throws `Unavailable` when no agent answers.
 */
export async function createKindGrantForChart(
  context: ServiceContext,
  { helmChartId, clusterIds, reason, config, dryRun }: NewKindGrantForChart,
): Promise<GrantForChart> {
  requireSiteAdmin(context, "grant a kind what its chart needs");
  const { kindId, answer } = await rendered(context, { helmChartId, clusterIds, config });
  const { ungranted, leastGrant } = answer;
  if (ungranted.length === 0 || dryRun) return { grant: null, leastGrant, ungranted };
  const { preset, podSecurity: enforce } = leastGrant;
  const podSecurity = { enforce, warn: enforce === "privileged" ? ("baseline" as const) : null };
  const grant = await createKindGrant(context, {
    kindId,
    clusterIds,
    preset,
    clusterRole: null,
    podSecurity,
    reason,
  });
  return { grant, leastGrant, ungranted };
}

type Wanted = Pick<NewKindGrantForChart, "helmChartId" | "clusterIds" | "config">;

async function rendered(context: ServiceContext, { helmChartId, clusterIds, config }: Wanted) {
  const { db } = context;
  const chart = await findHelmChart(db, helmChartId);
  if (!chart) throw new NotFound("chart", helmChartId);
  const clusterId = clusterIds?.[0] ?? (await findAnsweringCluster(db));
  if (clusterId === undefined) {
    throw new PreconditionFailed(
      "No agent works for any cluster now, and one has to render the chart: try again later, or use kindGrants.create.",
    );
  }
  const toRender = await inTransaction(context, (context) =>
    renderExample(context, { chart, clusterId, config }),
  );
  const grant = await grantEverywhere(context, { chart, clusterIds, clusterId });
  return { kindId: chart.kindId, answer: await askOfDefaults(context, { ...toRender, grant }) };
}

/** What the kind has on all of these clusters already. */
async function grantEverywhere(
  { db }: ServiceContext,
  of: {
    readonly chart: HelmChartOfKind;
    readonly clusterIds: readonly ClusterId[] | null;
    readonly clusterId: ClusterId;
  },
): Promise<EffectiveGrant> {
  const holdsThere = ({ clusterIds }: KindGrant) =>
    clusterIds === null || (of.clusterIds?.every((id) => clusterIds.includes(id)) ?? false);
  const grants = await grantsOfKind(db, of.chart.kindId);
  return effectiveGrant(grants.filter(holdsThere), of.clusterId);
}

async function askOfDefaults(
  context: ServiceContext,
  toRender: Parameters<typeof askRendering>[1],
): Promise<ClusterAnswer<"Render">> {
  try {
    return await askRendering(context, toRender);
  } catch (error) {
    if (!(error instanceof PreconditionFailed)) throw error;
    throw new PreconditionFailed(
      `The chart cannot be rendered like this: ${error.message} Give config as a deployment would have it, or use kindGrants.create.`,
      { cause: error },
    );
  }
}

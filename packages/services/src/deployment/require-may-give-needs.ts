import { needSentence, needsBeyond } from "@platz/chart-ext";
import { findKindNamed } from "@platz/db/queries/deployment-kinds";
import { type EnvId, Forbidden, type HelmChart } from "@platz/domain";
import { deploymentRoleOf } from "../access/require-deployment-role.ts";
import { isEnvAdmin } from "../access/require-env-admin.ts";
import { chartFeatures } from "../chart/chart-extensions.ts";
import type { ServiceContext } from "../context.ts";

type Features = Pick<HelmChart, "features">;

/**
 * Refuses whoever would give the token of a deployment more than they have: what a chart declares that it needs of other
 * deployments takes effect by somebody who maintains these. What the chart that it has now declares already is not asked
 * again.
 */
export async function requireMayGiveNeeds(
  context: ServiceContext,
  envId: EnvId,
  { chart, before }: { readonly chart: Features; readonly before?: Features | undefined },
): Promise<void> {
  if (isEnvAdmin(context.scope, envId)) return;
  const known = before ? chartFeatures(before).needs : [];
  for (const need of needsBeyond(chartFeatures(chart).needs, known)) {
    // Everybody in the env sees the names of its secrets.
    if ("secrets" in need) continue;
    const kind = await findKindNamed(context.db, need.deployments);
    const role = kind && (await deploymentRoleOf(context, { envId, kindId: kind.id }));
    if (role !== undefined) continue;
    throw new Forbidden(
      `This chart needs more than you may give. ${needSentence(need)} Ask an admin of the env to deploy it.`,
    );
  }
}

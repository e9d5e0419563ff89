import { findDeployment, type PlacedDeployment } from "@platz/db/queries/deployments";
import { type BulkUpgrade, type DeploymentId, DomainError, Forbidden, NotFound } from "@platz/domain";
import { requireDeploymentMaintainer } from "../access/require-deployment-role.ts";
import { noteDenial } from "../audit/record-denial.ts";
import { inTransaction, type ServiceContext } from "../context.ts";
import { deploymentLabel } from "./deployment-label.ts";
import { updateDeployment } from "./update.ts";

/** What became, or would become, of one deployment. */
export interface BulkUpgradeResult {
  readonly id: DeploymentId;
  /** Kind and name; `null` for what the caller does not see. */
  readonly label: string | null;
  /** `unchanged`: it had the chart already. */
  readonly outcome: "upgraded" | "unchanged" | "refused";
  /** Why it was refused. */
  readonly reason: string | null;
}

/**
 * Brings many deployments to one chart, each as if it were edited by itself, in a transaction of its own: what is refused
 * for one does not hold up the others, is noted as a denial of its own, and a call that broke off is simply made again. A dry run does all of it, and
 * takes all of it back. Throws `Forbidden` or `NotFound` for a caller who may change none of them.
 */
export async function bulkUpgrade(
  context: ServiceContext,
  { ids, helmChartId, dryRun }: BulkUpgrade,
): Promise<readonly BulkUpgradeResult[]> {
  const results: (BulkUpgradeResult & { readonly denial?: DomainError | undefined })[] = [];
  for (const id of new Set(ids)) results.push(await upgradeOne(context, id, { helmChartId, dryRun }));
  const denied = results.filter(({ denial }) => denial);
  const isAll = denied.length === results.length;
  // The first is thrown where nothing else happened, and noted by whoever notes what is thrown.
  for (const { id, denial } of isAll ? denied.slice(1) : denied) {
    if (denial) await noteDenial(context, { reason: denial.message, about: [id] });
  }
  const [first] = denied;
  if (isAll && first?.denial) throw first.denial;
  return results.map(({ denial: _, ...result }) => result);
}

type Wanted = Pick<BulkUpgrade, "helmChartId" | "dryRun">;

async function upgradeOne(
  context: ServiceContext,
  id: DeploymentId,
  wanted: Wanted,
): Promise<BulkUpgradeResult & { readonly denial?: DomainError | undefined }> {
  const deployment = await findDeployment(context.db, id, context.scope.envs);
  const result = { id, label: deployment ? deploymentLabel(deployment) : null, reason: null };
  try {
    if (!deployment) throw new NotFound("deployment", id);
    if (deployment.helmChartId === wanted.helmChartId) {
      await requireDeploymentMaintainer(context, deployment, "change it");
      return { ...result, outcome: "unchanged" };
    }
    await upgrade(context, deployment, wanted);
    return { ...result, outcome: "upgraded" };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const isDenial = error instanceof Forbidden || error instanceof NotFound;
    return { ...result, outcome: "refused", reason: error.message, denial: isDenial ? error : undefined };
  }
}

class DryRunEnds extends Error {}

async function upgrade(
  context: ServiceContext,
  { id, version }: PlacedDeployment,
  { helmChartId, dryRun }: Wanted,
): Promise<void> {
  const edit = { id, version, helmChartId };
  if (!dryRun) {
    await updateDeployment(context, edit);
    return;
  }
  try {
    await inTransaction(context, async (context) => {
      await updateDeployment(context, edit);
      throw new DryRunEnds();
    });
  } catch (error) {
    if (!(error instanceof DryRunEnds)) throw error;
  }
}

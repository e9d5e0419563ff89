import { resourceTypesOf } from "@platz/chart-ext";
import type { Queryable } from "@platz/db";
import {
  lockResourceTypeOf,
  type PublishedResourceType,
  updateResourceTypeRow,
  upsertResourceType,
} from "@platz/db/queries/deployment-resource-types";
import {
  type Deployment,
  type DeploymentResourceType,
  type EnvId,
  type HelmChart,
  type Json,
  sameJson,
} from "@platz/domain";
import type { ServiceDatabase } from "../context.ts";

/**
 * Makes the resource types that a chart ships known in the env, once it is installed (workers spec 3.11). A type that the
 * chart calls global is one of the env until a site admin has approved it (`approveResourceType`); what is published of a
 * type that is global already is a proposal. So one env never changes the form of another.
 */
export async function publishResourceTypes(
  db: ServiceDatabase,
  {
    chart,
    deployment,
    envId,
  }: { readonly chart: HelmChart; readonly deployment: Deployment; readonly envId: EnvId },
): Promise<void> {
  await db.transaction(async (tx) => {
    for (const { key, spec } of resourceTypesOf(chart.resourceTypes)) {
      const type = { deploymentKindId: deployment.kindId, key, envId, spec: spec as Json };
      const global = spec.global ? await globalTypeFor(tx, type) : undefined;
      if (global === undefined) await upsertResourceType(tx, type);
      else await propose(tx, global, type);
    }
  });
}

/** The global type that stands for this one in its env; none when the env has one of its own. */
async function globalTypeFor(
  db: Queryable,
  type: PublishedResourceType,
): Promise<DeploymentResourceType | undefined> {
  const own = await lockResourceTypeOf(db, type);
  return own === undefined ? await lockResourceTypeOf(db, { ...type, envId: null }) : undefined;
}

async function propose(
  db: Queryable,
  { id, spec: approved, proposedSpec, proposedFromEnvId }: DeploymentResourceType,
  { spec, envId }: PublishedResourceType,
): Promise<void> {
  const proposal = sameJson(spec, approved)
    ? { proposedSpec: null, proposedFromEnvId: null }
    : { proposedSpec: spec, proposedFromEnvId: envId };
  // What another env has proposed stays: an older chart that is installed somewhere takes nothing back.
  const isOfAnother = proposal.proposedSpec === null && proposedFromEnvId !== envId;
  if (isOfAnother || sameJson(proposal.proposedSpec, proposedSpec)) return;
  await updateResourceTypeRow(db, id, proposal);
}

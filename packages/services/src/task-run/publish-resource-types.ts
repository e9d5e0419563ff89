import { resourceTypesOf } from "@platz/chart-ext";
import { upsertResourceType } from "@platz/db/queries/deployment-resource-types";
import type { Deployment, EnvId, HelmChart, Json } from "@platz/domain";
import type { ServiceDatabase } from "../context.ts";

/** Makes the resource types that a chart ships known, once it is installed (workers spec 3.11). */
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
      await upsertResourceType(tx, {
        envId: spec.global ? null : envId,
        deploymentKindId: deployment.kindId,
        key,
        spec: spec as Json,
      });
    }
  });
}

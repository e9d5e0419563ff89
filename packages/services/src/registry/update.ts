import { findDeploymentKind } from "@platz/db/queries/deployment-kinds";
import {
  countDeploymentsOfRegistry,
  lockHelmRegistry,
  updateHelmRegistryRow,
} from "@platz/db/queries/helm-registries";
import { Conflict, type HelmRegistry, type KindId, NotFound, type UpdateHelmRegistry } from "@platz/domain";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { requireSeenVersion } from "../audit/require-seen-version.ts";
import { inTransaction, type ServiceContext } from "../context.ts";

/**
 * Gives a chart repository another icon, or another kind (W-59). While any deployment runs one of its charts the kind
 * stays: rights, names and namespaces of the deployment hang on it.
 */
export async function updateRegistry(
  context: ServiceContext,
  input: UpdateHelmRegistry,
): Promise<HelmRegistry> {
  requireSiteAdmin(context, "change a chart repository");
  return await inTransaction(context, async (context) => {
    const { db } = context;
    const before = await lockHelmRegistry(db, input.id);
    if (!before) throw new NotFound("registry", input.id);
    const label = repository(before);
    await requireSeenVersion(context, { ...before, label }, input.version);
    const { faIcon = before.faIcon, kindId = before.kindId } = input;
    if (faIcon === before.faIcon && kindId === before.kindId) return before;
    if (kindId !== before.kindId) await requireFreeKind(context, before, kindId);
    const after = await updateHelmRegistryRow(db, { id: input.id, faIcon, kindId });
    if (!after) throw new NotFound("registry", input.id);
    const { id, version } = after;
    await recordChange(context, {
      entity: "helm_registries",
      id,
      label,
      envId: null,
      version,
      before,
      after,
    });
    return after;
  });
}

async function requireFreeKind(
  { db }: ServiceContext,
  registry: HelmRegistry,
  kindId: KindId,
): Promise<void> {
  if (!(await findDeploymentKind(db, kindId))) throw new NotFound("kind", kindId);
  const deployments = await countDeploymentsOfRegistry(db, registry.id);
  if (deployments === 0) return;
  throw new Conflict(
    `${deployments} deployments run charts of ${repository(registry)}, so it keeps its kind.`,
  );
}

function repository({ domainName, repoName }: HelmRegistry): string {
  return `${domainName}/${repoName}`;
}

import { isDeepStrictEqual } from "node:util";
import { findDeploymentKind } from "@platz/db/queries/deployment-kinds";
import {
  countDeploymentsOfRegistry,
  lockHelmRegistry,
  updateHelmRegistryRow,
} from "@platz/db/queries/helm-registries";
import {
  Conflict,
  type HelmRegistry,
  Invalid,
  type KindId,
  NotFound,
  type SigningKey,
  type UpdateHelmRegistry,
} from "@platz/domain";
import { readCosignKey } from "@platz/oci";
import { requireSiteAdmin } from "../access/require-site-admin.ts";
import { recordChange } from "../audit/record-change.ts";
import { requireSeenVersion } from "../audit/require-seen-version.ts";
import { judgeLocked } from "../chart-ingest/judge-charts.ts";
import { inTransaction, type ServiceContext } from "../context.ts";

/**
 * Gives a chart repository another icon, other keys, or another kind (W-59). By other keys its charts are judged anew. While any deployment runs one of its charts the kind
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
    const { faIcon, kindId, signingKeys } = { ...before, ...given(input) };
    if (isDeepStrictEqual({ ...before, faIcon, kindId, signingKeys }, before)) return before;
    if (kindId !== before.kindId) await requireFreeKind(context, before, kindId);
    requireKeys(signingKeys);
    const after = await updateHelmRegistryRow(db, { id: input.id, faIcon, kindId, signingKeys });
    if (!after) throw new NotFound("registry", input.id);
    await judgeLocked(db, after);
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

/** What the edit says, without what it leaves as it is. */
function given({ faIcon, kindId, signingKeys }: UpdateHelmRegistry) {
  return {
    ...(faIcon === undefined ? {} : { faIcon }),
    ...(kindId === undefined ? {} : { kindId }),
    ...(signingKeys === undefined ? {} : { signingKeys }),
  };
}

function requireKeys(keys: readonly SigningKey[]): void {
  const issues = keys.flatMap(({ publicKey }, index) =>
    readCosignKey(publicKey) === undefined
      ? [
          {
            path: ["signingKeys", index, "publicKey"],
            message: "must be the content of cosign.pub: an ECDSA key on P-256, in PEM",
          },
        ]
      : [],
  );
  if (issues.length > 0) throw Invalid.fields("The chart repository", issues);
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

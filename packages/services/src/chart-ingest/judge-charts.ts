import type { Queryable } from "@platz/db";
import { findRegistryOfRepository } from "@platz/db/queries/chart-ingest";
import { listChartsToJudge, putChartSignatures, setChartSignature } from "@platz/db/queries/chart-signatures";
import { lockHelmRegistry } from "@platz/db/queries/helm-registries";
import type { HelmRegistry } from "@platz/domain";
import { type CosignSignature, judgeSignatures } from "@platz/oci";
import type { ServiceDatabase } from "../context.ts";

type Repository = Pick<HelmRegistry, "domainName" | "repoName">;

/** Writes with charts what their signatures are, while nobody else does. Needs the lock on their registry. */
export async function judgeLocked(
  db: Queryable,
  registry: HelmRegistry,
  imageDigest?: string,
): Promise<void> {
  const keys = registry.signingKeys;
  for (const { id, imageDigest: digest, signature, signatures } of await listChartsToJudge(
    db,
    registry,
    imageDigest,
  )) {
    const judged = keys.length === 0 ? null : judgeSignatures(signatures ?? [], { digest, keys });
    const isSame =
      judged?.status === signature?.status &&
      judged?.key === signature?.key &&
      judged?.reason === signature?.reason;
    if (!isSame) await setChartSignature(db, id, judged);
  }
}

/**
 * Says of the charts of a digest what their signatures are by the keys of the registry. Called after a chart or signatures
 * were recorded, and not within: whichever of the two comes second sees the other.
 */
export async function judgeCharts(
  db: ServiceDatabase,
  repository: Repository,
  imageDigest: string,
): Promise<void> {
  await db.transaction(async (tx) => {
    const found = await findRegistryOfRepository(tx, repository);
    const registry = found && (await lockHelmRegistry(tx, found.id));
    if (registry) await judgeLocked(tx, registry, imageDigest);
  });
}

/** Keeps what signatures there are now of a digest, whether its chart is recorded or not, and judges it anew. */
export async function recordSignatures(
  db: ServiceDatabase,
  found: Repository & { readonly digest: string; readonly signatures: readonly CosignSignature[] },
): Promise<void> {
  const { domainName, repoName, digest: imageDigest, signatures } = found;
  await putChartSignatures(db, { domainName, repoName, imageDigest, signatures });
  await judgeCharts(db, { domainName, repoName }, imageDigest);
}

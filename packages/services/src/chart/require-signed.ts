import type { Queryable } from "@platz/db";
import { findDeploymentKind } from "@platz/db/queries/deployment-kinds";
import { findEnv } from "@platz/db/queries/envs";
import { type EnvId, type HelmChart, type KindId, PreconditionFailed } from "@platz/domain";

/** Where a chart is to be deployed. `envId` is `null` on a cluster that belongs to no env. */
export interface DemandPlace {
  readonly kindId: KindId;
  readonly envId: EnvId | null;
}

/** Refuses a chart that is not signed by a key of its registry, where its kind or the env takes no others. */
export async function requireSigned(
  db: Queryable,
  { imageTag, signature }: Pick<HelmChart, "imageTag" | "signature">,
  { kindId, envId }: DemandPlace,
): Promise<void> {
  if (signature?.status === "signed") return;
  const who = await demanding(db, { kindId, envId });
  if (who === undefined) return;
  throw new PreconditionFailed(
    `${who} takes signed charts only, and ${imageTag} ${reasonOf(signature)} Choose another version, or sign it with cosign.`,
  );
}

/** Who takes signed charts only, as the subject of a sentence. */
async function demanding(db: Queryable, { kindId, envId }: DemandPlace): Promise<string | undefined> {
  const kind = await findDeploymentKind(db, kindId);
  if (kind?.signedChartsOnly) return `The kind ${kind.name}`;
  const env = envId === null ? undefined : await findEnv(db, envId, "all");
  return env?.signedChartsOnly ? `The env ${env.name}` : undefined;
}

function reasonOf(signature: HelmChart["signature"]): string {
  if (signature === null) return "cannot be checked: its registry has no keys.";
  return signature.status === "bad" ? `has a bad signature: ${signature.reason}` : "has no signature.";
}

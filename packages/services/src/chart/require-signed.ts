import type { Queryable } from "@platz/db";
import { findDeploymentKind } from "@platz/db/queries/deployment-kinds";
import { type HelmChart, type KindId, PreconditionFailed } from "@platz/domain";

/** Refuses a chart that is not signed by a key of its registry, where its kind takes no others. */
export async function requireSigned(
  db: Queryable,
  { imageTag, signature }: Pick<HelmChart, "imageTag" | "signature">,
  kindId: KindId,
): Promise<void> {
  const kind = await findDeploymentKind(db, kindId);
  if (!kind?.signedChartsOnly || signature?.status === "signed") return;
  throw new PreconditionFailed(
    `The kind ${kind.name} takes signed charts only, and ${imageTag} ${reasonOf(signature)} Choose another version, or sign it with cosign.`,
  );
}

function reasonOf(signature: HelmChart["signature"]): string {
  if (signature === null) return "cannot be checked: its registry has no keys.";
  return signature.status === "bad" ? `has a bad signature: ${signature.reason}` : "has no signature.";
}

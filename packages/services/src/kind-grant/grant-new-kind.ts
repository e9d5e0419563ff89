import { insertKindGrant } from "@platz/db/queries/kind-grants";
import type { DeploymentKind, NewKindDefault } from "@platz/domain";
import type { Actor } from "../audit/actor-fields.ts";
import { recordChange } from "../audit/record-change.ts";
import { auditedGrant } from "./audited-grant.ts";

/** Gives a kind that was just made what the installation lets new kinds begin with; nothing is no grant. */
export async function grantNewKind(
  actor: Actor,
  kind: Pick<DeploymentKind, "id" | "name">,
  { preset, podSecurity }: NewKindDefault,
): Promise<void> {
  if (preset === "nothing" && podSecurity.enforce === "baseline") return;
  const grant = await insertKindGrant(actor.db, {
    kindId: kind.id,
    clusterIds: null,
    preset,
    clusterRole: null,
    podSecurity,
    grantedBy: actor.scope.label,
    reason: "PLATZ_NEW_KIND_GRANT says that new kinds begin with this.",
  });
  await recordChange(actor, { ...auditedGrant(grant, kind), after: grant });
}

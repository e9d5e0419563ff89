import type { StrandedUser } from "@platz/db/queries/resource-moves";
import { deploymentLabel } from "../deployment/deployment-label.ts";

/** Who would be left without a resource by a move, and what to do about it. */
export function strandedText(stranded: readonly StrandedUser[]): string {
  const uses = stranded.map((user) => `${deploymentLabel(user)} uses ${user.resource}`).join(", ");
  return `${uses}, which would be in another env then: take it out of their inputs first.`;
}

import type { PlacedEvent } from "@platz/db/queries/row-events";
import { seesEnv } from "../access/access-scope.ts";
import type { ServiceContext } from "../context.ts";

/** Whether a caller may hear of a change: those who could read the row, or could before the change. */
export function mayHear(context: ServiceContext, event: PlacedEvent): boolean {
  if (context.scope.isSiteAdmin) return true;
  return rules[event.visibility](context, event);
}

type Rule = (caller: Pick<ServiceContext, "identity" | "scope" | "grant">, event: PlacedEvent) => boolean;

const rules = {
  everybody: () => true,
  env: ({ scope }, { envIds }) => envIds.some((id) => seesEnv(scope, id)),
  // A token for some envs hears of itself alone.
  person: ({ identity, grant }, { id, userId }) =>
    userId === identity.id && (grant.envIds === null || id === grant.tokenId),
  "site admin": () => false,
} as const satisfies Record<PlacedEvent["visibility"], Rule>;

/** Whether a change may have changed what this caller may see: their rights have to be read again. */
export function concernsRightsOf({ identity, scope }: ServiceContext, event: PlacedEvent): boolean {
  if (event.id === identity.id || event.userId === identity.id) return true;
  // A cluster that moves takes its deployments to another env.
  const isMove = identity.kind === "Deployment" && event.table === "k8s_clusters";
  return isMove && event.envIds.some((id) => seesEnv(scope, id));
}

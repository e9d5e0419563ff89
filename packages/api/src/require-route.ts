import { Forbidden } from "@platz/domain";
import { noteDenial, requireCaller, type ServiceContext } from "@platz/services";
import type { ApiContext } from "./context.ts";
import { type Route, routeMatrix } from "./permission-matrix.ts";

/**
 * Who asks at a route beside the procedures, looked up afresh at each call, if they have the permission that the matrix
 * names for it. Throws `Unauthenticated` when nobody does, and `Forbidden`, which the audit log keeps, when they have not.
 */
export async function requireRoute(api: ApiContext, route: Route): Promise<ServiceContext> {
  const origin = { action: route, requestId: api.requestId ?? null, address: api.address ?? null };
  const context = { ...(await api.reauthenticate()), origin };
  try {
    requireCaller(context, routeMatrix[route]);
    if (context.grant.readOnly && !route.startsWith("GET ")) {
      throw new Forbidden("This token may look, and change nothing.");
    }
  } catch (error) {
    if (error instanceof Forbidden) await noteDenial(context, { reason: error.message });
    throw error;
  }
  return context;
}

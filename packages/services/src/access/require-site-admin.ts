import { Forbidden } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** Refuses everybody but site admins. `to` finishes the sentence "Only a site admin may …". */
export function requireSiteAdmin({ scope }: ServiceContext, to: string): void {
  if (!scope.isSiteAdmin) throw new Forbidden(`Only a site admin may ${to}.`);
}

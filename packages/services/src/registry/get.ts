import { findHelmRegistry } from "@platz/db/queries/helm-registries";
import { type HelmRegistry, type HelmRegistryId, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

export async function getRegistry({ db }: ServiceContext, id: HelmRegistryId): Promise<HelmRegistry> {
  const registry = await findHelmRegistry(db, id);
  if (!registry) throw new NotFound("registry", id);
  return registry;
}

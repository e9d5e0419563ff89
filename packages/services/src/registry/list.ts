import { type HelmRegistryFilter, listHelmRegistries } from "@platz/db/queries/helm-registries";
import type { HelmRegistry, ListRequest, Page } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** The chart repositories that discovery knows, for everybody who is signed in. */
export async function listRegistries(
  { db }: ServiceContext,
  { page, sort, ...filter }: HelmRegistryFilter & ListRequest<"registries">,
): Promise<Page<HelmRegistry>> {
  return await listHelmRegistries(db, { filter, list: { page, sort } });
}

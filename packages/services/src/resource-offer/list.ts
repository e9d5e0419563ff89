import {
  listResourceOffers as queryOffers,
  type ResourceOfferFilter,
} from "@platz/db/queries/resource-offers";
import type { ListRequest, Page, ResourceOffer } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** What the caller's envs offer to others, and what is offered to them. */
export async function listResourceOffers(
  { db, scope }: ServiceContext,
  { page, sort, ...filter }: ResourceOfferFilter & ListRequest<"resourceOffers">,
): Promise<Page<ResourceOffer>> {
  return await queryOffers(db, scope.envs, { filter, list: { page, sort } });
}

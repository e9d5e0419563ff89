import { listBots as queryBots } from "@platz/db/queries/bots";
import type { Bot, ListRequest, Page } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** All bots, for whoever is signed in: they stand in histories and in lists of rights. */
export async function listBots(
  { db }: ServiceContext,
  { page, sort, displayName }: { readonly displayName?: string | undefined } & ListRequest<"bots">,
): Promise<Page<Bot>> {
  return await queryBots(db, { displayName, list: { page, sort } });
}

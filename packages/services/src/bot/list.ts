import { listBots as queryBots } from "@platz/db/queries/bots";
import type { Bot, Page, PageRequest } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** All bots, for whoever is signed in: they stand in histories and in lists of rights. */
export async function listBots(
  { db }: ServiceContext,
  input: { readonly displayName?: string | undefined; readonly page: PageRequest },
): Promise<Page<Bot>> {
  return await queryBots(db, input);
}

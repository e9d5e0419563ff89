import { z } from "zod";
import { UserId, UserTokenId } from "./ids.ts";
import { Instant } from "./instant.ts";

/** A token that a person's programs use, as it may be seen: its value is shown once, when it is made. */
export const UserToken = z.object({
  id: UserTokenId,
  userId: UserId,
  createdAt: z.date(),
  name: z.string(),
  expiresAt: z.date().nullable(),
  lastUsedAt: z.date().nullable(),
});
export type UserToken = z.output<typeof UserToken>;

/** What a person gives to make a token. Only a site admin makes one for somebody else. */
export const NewUserToken = z.strictObject({
  userId: UserId.optional(),
  name: z.string().trim().min(1, "give the token a name").max(100),
  expiresAt: Instant.nullable().default(null),
});
export type NewUserToken = z.output<typeof NewUserToken>;

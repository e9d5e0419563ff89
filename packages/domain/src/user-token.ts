import { z } from "zod";
import { EnvId, UserId, UserTokenId } from "./ids.ts";
import { Instant } from "./instant.ts";

/** A token that a person's programs use, as it may be seen: its value is shown once, when it is made. */
export const UserToken = z.object({
  id: UserTokenId,
  userId: UserId,
  createdAt: z.date(),
  name: z.string(),
  expiresAt: z.date().nullable(),
  lastUsedAt: z.date().nullable(),
  /** It may look, and change nothing. */
  readOnly: z.boolean(),
  /** Narrows it to these of the person's envs; `null`: all of them. */
  envIds: z.array(EnvId).nullable(),
});
export type UserToken = z.output<typeof UserToken>;

/** What a person gives to make a token. Only a site admin makes one for somebody else. */
export const NewUserToken = z.strictObject({
  userId: UserId.optional(),
  name: z.string().trim().min(1, "give the token a name").max(100),
  expiresAt: Instant.nullable().default(null),
  readOnly: z.boolean().default(false),
  envIds: z.array(EnvId).min(1).max(100).nullable().default(null),
});
export type NewUserToken = z.output<typeof NewUserToken>;

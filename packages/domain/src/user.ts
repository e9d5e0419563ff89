import { z } from "zod";
import { UserId } from "./ids.ts";

/** A person who signs in through the OpenID provider. */
export const User = z.object({
  id: UserId,
  createdAt: z.date(),
  version: z.int32(),
  displayName: z.string(),
  email: z.string(),
  isAdmin: z.boolean(),
  isActive: z.boolean(),
});
export type User = z.output<typeof User>;

/** What a site admin may change of a person. `version` is the one that they saw: a stale edit is a conflict. */
export const UpdateUser = z.strictObject({
  id: UserId,
  version: z.int32(),
  isAdmin: z.boolean().optional(),
  isActive: z.boolean().optional(),
});
export type UpdateUser = z.output<typeof UpdateUser>;

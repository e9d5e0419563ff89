import { z } from "zod";
import { UserId } from "./ids.ts";

/** A person who signs in through the OpenID provider. */
export const User = z.object({
  id: UserId,
  createdAt: z.date(),
  displayName: z.string(),
  email: z.string(),
  isAdmin: z.boolean(),
  isActive: z.boolean(),
});
export type User = z.output<typeof User>;

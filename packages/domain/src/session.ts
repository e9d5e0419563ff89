import { z } from "zod";
import { SessionId, UserId } from "./ids.ts";

/** How a session is carried: by a browser's cookie, or by an access token that a program holds. */
export const sessionKinds = ["browser", "program"] as const;

/** That a person is signed in somewhere; whoever it belongs to can end it. */
export const Session = z.object({
  id: SessionId,
  userId: UserId,
  kind: z.enum(sessionKinds),
  createdAt: z.date(),
  expiresAt: z.date(),
  lastUsedAt: z.date().nullable(),
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
});
export type Session = z.output<typeof Session>;

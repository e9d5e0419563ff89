import { Unauthenticated } from "@platz/domain";
import type { EventFeed, ServiceContext } from "@platz/services";
import type { ApiContext } from "../context.ts";

/** What a request of this caller brings; of nobody, where there is none. A stand-in at the port of signing in. */
export function apiContextOf(
  context: ServiceContext | undefined,
  more: Partial<ApiContext> = {},
): ApiContext {
  const authenticate = async () => {
    if (context === undefined) throw new Unauthenticated("Sign in first.");
    return context;
  };
  return {
    server: { version: "test" },
    signIn: {
      start: async () => ({ redirectUrl: "https://issuer.example.com/", browserSecret: "b" }),
      finish: async () => ({ accessToken: "t", expiresAt: new Date() }),
    },
    // Whoever follows changes brings a feed.
    feed: {} as EventFeed,
    noteChange: () => {},
    stopping: new AbortController().signal,
    authenticate,
    reauthenticate: authenticate,
    ...more,
  };
}

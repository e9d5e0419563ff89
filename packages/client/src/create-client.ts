import type { AppRouter } from "@platz/api";
import {
  createTRPCClient,
  httpBatchStreamLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
} from "@trpc/client";
import { EventSource } from "eventsource";

export interface ClientOptions {
  /** Where the API is, without the path of tRPC: `https://platz.example.com`. */
  readonly url: string;
  /** An access token or an API token, or what gives the present one. Without it only public procedures answer. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>);
  /** Another `fetch` than the global one, as for a test that has no port. */
  readonly fetch?: (input: Request | URL | string, init?: RequestInit) => Promise<Response>;
}

export type Client = TRPCClient<AppRouter>;

/**
 * A typed client of the API, for Bun, Node, Deno and browsers: it needs nothing but `fetch`. Calls made at the same
 * moment share one request, and each answer comes as soon as it is ready. Subscriptions come back by themselves after a
 * lost connection, from where they were.
 */
export function createClient({ url, token, fetch = globalThis.fetch }: ClientOptions): Client {
  const endpoint = `${url.replace(/\/+$/, "")}/trpc`;
  async function headers(): Promise<Record<string, string>> {
    const value = typeof token === "function" ? await token() : token;
    return value === undefined ? {} : { authorization: `Bearer ${value}` };
  }
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === "subscription",
        true: httpSubscriptionLink({
          url: endpoint,
          // The browser's own cannot send a token, and Bun and Node have none.
          EventSource,
          eventSourceOptions: {
            fetch: async (input, init) =>
              await fetch(input, {
                ...(init as RequestInit),
                headers: { ...init.headers, ...(await headers()) },
              }),
          },
        }),
        false: httpBatchStreamLink({
          url: endpoint,
          headers,
          fetch: (input, init) => fetch(input, init as RequestInit),
        }),
      }),
    ],
  });
}

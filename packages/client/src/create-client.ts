import type { AppRouter } from "@platz/api";
import { createTRPCClient, httpBatchStreamLink, type TRPCClient } from "@trpc/client";

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
 * moment share one request, and each answer comes as soon as it is ready.
 */
export function createClient({ url, token, fetch }: ClientOptions): Client {
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchStreamLink({
        url: `${url.replace(/\/+$/, "")}/trpc`,
        async headers() {
          const value = typeof token === "function" ? await token() : token;
          return value === undefined ? {} : { authorization: `Bearer ${value}` };
        },
        ...(fetch === undefined ? {} : { fetch: (input, init) => fetch(input, init as RequestInit) }),
      }),
    ],
  });
}

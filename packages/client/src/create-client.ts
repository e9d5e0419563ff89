import type { AppRouter } from "@platz/api";
import { BATCH_CALLS_MAX, BATCH_URL_CHARACTERS_MAX } from "@platz/domain";
import {
  createTRPCClient,
  httpBatchStreamLink,
  httpSubscriptionLink,
  retryLink,
  splitLink,
  type TRPCClient,
  type TRPCClientError,
} from "@trpc/client";
import { EventSource } from "eventsource";

export interface ClientOptions {
  /** Where the API is, without the path of tRPC: `https://platz.example.com`. */
  readonly url: string;
  /** An access token or an API token, or what gives the present one. Without it only public procedures answer. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>);
  /** Another `fetch` than the global one, as for a test that has no port. */
  readonly fetch?: (input: Request | URL | string, init?: RequestInit) => Promise<Response>;
  /** How often a query is asked again that did not reach the API, or found it unavailable. Changes never are. */
  readonly queryRetries?: number;
}

export type Client = TRPCClient<AppRouter>;

/**
 * A typed client of the API, for Bun, Node, Deno and browsers: it needs nothing but `fetch`. Calls made at the same
 * moment share one request, and each answer comes as soon as it is ready. Subscriptions come back by themselves after a
 * lost connection, from where they were.
 */
export function createClient(options: ClientOptions): Client {
  const { url, token, fetch = globalThis.fetch, queryRetries = 0 } = options;
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
        false: [
          retryLink({
            retry: ({ op, error, attempts }) =>
              op.type === "query" && attempts <= queryRetries && !op.signal?.aborted && isTransient(error),
            retryDelayMs: backoffMs,
          }),
          httpBatchStreamLink({
            url: endpoint,
            maxItems: BATCH_CALLS_MAX,
            maxURLLength: BATCH_URL_CHARACTERS_MAX,
            headers,
            fetch: (input, init) => fetch(input, init as RequestInit),
          }),
        ],
      }),
    ],
  });
}

/** Whether the answer was that nobody can answer now, or there was none of the API at all. */
function isTransient({ data }: TRPCClientError<AppRouter>): boolean {
  return data == null || data.kind === "unavailable";
}

/** Twice as long each time, and never together with others who failed at the same moment. */
function backoffMs(attempt: number): number {
  return Math.min(100 * 2 ** attempt, 5_000) * (0.5 + Math.random() / 2);
}

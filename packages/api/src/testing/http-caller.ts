import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { appRouter, type createCaller } from "../app-router.ts";
import type { ApiContext } from "../context.ts";
import { procedures } from "./procedures.ts";

/** What a caller got over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * A caller as any other, whose calls go through the HTTP adapter; `change` is done to each input before it is sent. Keeps
 * the last answer as it came. Streams are not its business.
 */
export function httpCaller(context: ApiContext, change: (input: unknown) => unknown = (input) => input) {
  let last: HttpAnswer | undefined;
  async function ask(path: string, input: unknown): Promise<unknown> {
    const sent = input === undefined ? undefined : JSON.stringify(change(input));
    const isWrite = procedures[path]?._def.type === "mutation";
    const query = isWrite || sent === undefined ? "" : `?input=${encodeURIComponent(sent)}`;
    const request = new Request(`http://localhost/trpc/${path}${query}`, {
      method: isWrite ? "POST" : "GET",
      headers: { "content-type": "application/json" },
      ...(isWrite && { body: sent ?? "" }),
    });
    const createContext = () => context;
    const response = await fetchRequestHandler({
      endpoint: "/trpc",
      req: request,
      router: appRouter,
      createContext,
    });
    const body = await response.json();
    last = { status: response.status, body };
    if (!response.ok) throw new Error(`${path} was refused with ${response.status}`);
    return body.result.data;
  }
  const api = new Proxy({} as ReturnType<typeof createCaller>, {
    get: (_, room: string) =>
      new Proxy({}, { get: (_, verb: string) => (input: unknown) => ask(`${room}.${verb}`, input) }),
  });
  return { api, last: () => last };
}

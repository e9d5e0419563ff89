import { appRouter } from "@platz/api";
import { apiContextOf } from "@platz/api/testing";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Unauthenticated } from "@platz/domain";
import { EventFeed, type ServiceContext } from "@platz/services";
import { createTestWorld, type TestWorld } from "@platz/services/testing";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";

export interface ServedApi extends AsyncDisposable {
  readonly db: TestDatabase;
  readonly world: TestWorld;
  /** Whom each token stands for: tokens can be added and taken away. */
  readonly tokens: Map<string, ServiceContext>;
  /** The authorization of each request, as it came. */
  readonly authorizations: (string | null)[];
  /** What happens to the next calls instead of being answered. */
  readonly failures: (() => Promise<Response>)[];
  /** What happens to the next streams. */
  readonly streamFailures: (() => Promise<Response>)[];
  /** Breaks off all streams, as a server that stops. */
  breakOff(): void;
  fetch(input: Request | URL | string, init?: RequestInit): Promise<Response>;
}

/** The router on a real database, without a port. */
export async function serveApi(): Promise<ServedApi> {
  const stack = new AsyncDisposableStack();
  const db = stack.use(await createTestDatabase());
  const world = await createTestWorld(db);
  const log = { warn() {}, info() {}, error() {}, debug() {} };
  const feed = stack.use(EventFeed.start({ db, log }));
  const tokens = new Map<string, ServiceContext>();
  const authorizations: (string | null)[] = [];
  const failures: (() => Promise<Response>)[] = [];
  const streamFailures: (() => Promise<Response>)[] = [];
  let stopping = new AbortController();
  const callerOf = (authorization: string | null) => async () => {
    const context = tokens.get(authorization?.replace("Bearer ", "") ?? "");
    if (context === undefined) throw new Unauthenticated("This token is not valid.");
    return context;
  };
  return {
    db,
    world,
    tokens,
    authorizations,
    failures,
    streamFailures,
    breakOff() {
      stopping.abort();
      stopping = new AbortController();
    },
    async fetch(input, init) {
      const req = new Request(input, init);
      const isStream = new URL(req.url).pathname === "/trpc/events.changes";
      const failure = (isStream ? streamFailures : failures).shift();
      if (failure !== undefined) return await failure();
      const authorization = req.headers.get("authorization");
      authorizations.push(authorization);
      const authenticate = callerOf(authorization);
      const more = { feed, stopping: stopping.signal, authenticate, reauthenticate: authenticate };
      const createContext = () => apiContextOf(undefined, more);
      return await fetchRequestHandler({ endpoint: "/trpc", req, router: appRouter, createContext });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

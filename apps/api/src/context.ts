import type { ApiContext, CallersAtOnce, WatchedCall } from "@platz/api";
import { readCredential } from "@platz/auth";
import { Invalid, Unauthenticated } from "@platz/domain";
import {
  authenticate,
  type CallerCache,
  type EventFeed,
  type IdentityDependencies,
  type ServiceContext,
  type ServiceDependencies,
} from "@platz/services";
import type { Metrics } from "@platz/telemetry";
import { factsOf, type RequestFacts } from "./request-facts.ts";
import type { SignInService } from "./routes/sign-in.ts";

export interface ContextDependencies {
  readonly services: ServiceDependencies;
  readonly identity: IdentityDependencies;
  readonly signIn: SignInService;
  /** The one address that the provider sends people back to. */
  readonly redirectUri: string;
  /** Where people reach this installation: the only origin whose pages may use its cookies. */
  readonly ownUrl: URL;
  readonly version: string;
  readonly feed: EventFeed;
  readonly callers: CallerCache;
  /** Forgets what is remembered of rows. */
  noteChange(): void;
  readonly metrics: Metrics;
  readonly atOnce: CallersAtOnce;
  /** Aborted when the process is asked to stop. */
  readonly stopping: AbortSignal;
}

/** What a request brings to its procedures. Who asks is looked up when a procedure wants to know, once a request. */
export function createContext(dependencies: ContextDependencies, request: Request): ApiContext {
  const facts = factsOf(request);
  const { requestId, address } = facts;
  let authenticated = facts.caller;
  const visitor = {
    kind: "program",
    address,
    requestId,
    userAgent: request.headers.get("user-agent") ?? undefined,
  } as const;
  const reauthenticate = () => callerOf(dependencies, request, facts);
  return {
    feed: dependencies.feed,
    stopping: dependencies.stopping,
    reauthenticate,
    requestId,
    address,
    atOnce: dependencies.atOnce,
    noteChange: dependencies.noteChange,
    watchCall: (procedure) => watchedCall(dependencies.metrics, procedure),
    server: { version: dependencies.version },
    signIn: {
      async start({ redirectUri }) {
        if (redirectUri !== undefined && redirectUri !== dependencies.redirectUri) {
          throw Invalid.fields("The sign-in", [
            { path: ["redirectUri"], message: `leave it out, or use ${dependencies.redirectUri}` },
          ]);
        }
        return await dependencies.signIn.begin(visitor);
      },
      async finish(answer) {
        const { token, expiresAt } = await dependencies.signIn.finish(answer, visitor);
        return { accessToken: token, expiresAt };
      },
    },
    authenticate() {
      authenticated ??= reauthenticate();
      return authenticated;
    },
  };
}

function watchedCall(metrics: Metrics, procedure: string): WatchedCall {
  const started = performance.now();
  return {
    end(outcome) {
      metrics.observeCall({ procedure, outcome, seconds: (performance.now() - started) / 1000 });
    },
  };
}

/** Who sent a request, by its headers alone. Rejects with `Unauthenticated` when nobody did. */
export async function callerOf(
  { identity, services, ownUrl, callers }: ContextDependencies,
  request: Request,
  { address, log }: RequestFacts,
): Promise<ServiceContext> {
  const credential = readCredential(request, ownUrl);
  if (credential === undefined) throw new Unauthenticated("You are not signed in: sign in, or send a token.");
  const caller = await callers.find(credential, () => authenticate(identity, credential, address));
  return { ...services, log, ...caller };
}

import type { ApiContext } from "@platz/api";
import { readCredential } from "@platz/auth";
import { Invalid, Unauthenticated } from "@platz/domain";
import {
  type EventFeed,
  type IdentityDependencies,
  openContext,
  resolveIdentity,
  type ServiceContext,
  type ServiceDependencies,
} from "@platz/services";
import type { SignInService } from "./routes/sign-in.ts";

export interface ContextDependencies {
  readonly services: ServiceDependencies;
  readonly identity: IdentityDependencies;
  readonly signIn: SignInService;
  /** The one address that the provider sends people back to. */
  readonly redirectUri: string;
  readonly version: string;
  readonly feed: EventFeed;
  /** Aborted when the process is asked to stop. */
  readonly stopping: AbortSignal;
}

/** What a request brings to its procedures. Who asks is looked up when a procedure wants to know, once a request. */
export function createContext(dependencies: ContextDependencies, request: Request): ApiContext {
  let authenticated: Promise<ServiceContext> | undefined;
  const reauthenticate = () => authenticate(dependencies, request.headers);
  return {
    feed: dependencies.feed,
    stopping: dependencies.stopping,
    reauthenticate,
    server: { version: dependencies.version },
    signIn: {
      async start({ redirectUri }) {
        if (redirectUri !== undefined && redirectUri !== dependencies.redirectUri) {
          throw Invalid.fields("The sign-in", [
            { path: ["redirectUri"], message: `leave it out, or use ${dependencies.redirectUri}` },
          ]);
        }
        return await dependencies.signIn.begin();
      },
      async finish(answer) {
        const { token, expiresAt } = await dependencies.signIn.finish(answer);
        return { accessToken: token, expiresAt };
      },
    },
    authenticate() {
      authenticated ??= reauthenticate();
      return authenticated;
    },
  };
}

async function authenticate(
  { identity, services }: ContextDependencies,
  headers: Headers,
): Promise<ServiceContext> {
  const credential = readCredential(headers);
  if (credential === undefined) throw new Unauthenticated("You are not signed in: sign in, or send a token.");
  return await openContext(services, await resolveIdentity(identity, credential));
}

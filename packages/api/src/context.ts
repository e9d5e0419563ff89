import type { ErrorKind } from "@platz/domain";
import type { EventFeed, ServiceContext } from "@platz/services";
import type { CallersAtOnce } from "./at-once.ts";

/** Signing in through the OpenID provider. What happens behind it is no business of a procedure. */
export interface SignIn {
  /** Where to send the person, and a secret that only their browser keeps until `finish`. */
  start(input: {
    readonly redirectUri?: string | undefined;
  }): Promise<{ readonly redirectUrl: string; readonly browserSecret: string }>;
  /** Takes what the provider sent back with the person. */
  finish(input: {
    readonly code: string;
    readonly state: string;
    readonly browserSecret: string;
  }): Promise<{ readonly accessToken: string; readonly expiresAt: Date }>;
}

/** One call of a procedure, as somebody follows it from outside. */
export interface WatchedCall {
  end(outcome: CallOutcome): void;
}

/** How a call of a procedure ended. What is neither our answer nor an outage is `internal`: a bug. */
export type CallOutcome = "ok" | ErrorKind | "internal";

/** What a request brings to its procedures. */
export interface ApiContext {
  readonly server: { readonly version: string };
  readonly signIn: SignIn;
  /** The request's own name, for logs and the audit log. */
  readonly requestId?: string | undefined;
  /** The network address that the request came from. */
  readonly address?: string | undefined;
  /** The changes of all rows, as this process follows them. */
  readonly feed: EventFeed;
  /** What callers have under way; absent: nobody is limited. */
  readonly atOnce?: CallersAtOnce;
  /** To be called after a change, so that it counts from the next request on: what is remembered may be old. */
  noteChange(): void;
  /** Aborted when the process is asked to stop: streams break off, and clients come back. */
  readonly stopping: AbortSignal;
  /** Told of every call of a procedure as it begins; what it gives is told how the call ended. */
  watchCall?(procedure: string): WatchedCall;
  /** Who asks, looked up afresh: for streams, which outlive changes of rights. */
  reauthenticate(): Promise<ServiceContext>;
  /** Who asks, looked up once per request. Throws `Unauthenticated` when nobody does, or with a credential that is not valid. */
  authenticate(): Promise<ServiceContext>;
}

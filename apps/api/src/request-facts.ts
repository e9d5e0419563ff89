import type { ServiceContext } from "@platz/services";
import type { Logger } from "@platz/telemetry";

/** What the front door knows of a request and its headers do not say, or cannot be believed about. */
export interface RequestFacts {
  /** The request's own name, in the answer, in logs and in the audit log. */
  readonly requestId: string;
  /** The network address that it came from; unknown where nothing listens, as in a test without a port. */
  readonly address: string | undefined;
  /** The process's log, with the request's name in every line. */
  readonly log: Logger;
  /** Who asks, where that had to be known before the body was read. */
  readonly caller?: Promise<ServiceContext>;
}

const facts = new WeakMap<Request, RequestFacts>();

/** Notes the facts of a request, for whoever handles that very object. */
export function noteFacts(request: Request, about: RequestFacts): void {
  facts.set(request, about);
}

/** Throws for a request that did not come through the front door: a route that is served without it is a bug. */
export function factsOf(request: Request): RequestFacts {
  const found = facts.get(request);
  if (found === undefined) throw new Error("this request did not come through the front door");
  return found;
}

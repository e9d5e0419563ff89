/** What the front door knows of a request and its headers do not say, or cannot be believed about. */
export interface RequestFacts {
  /** The request's own name, in the answer, in logs and in the audit log. */
  readonly requestId: string;
  /** The network address that it came from; unknown where nothing listens, as in a test without a port. */
  readonly address: string | undefined;
}

const facts = new WeakMap<Request, RequestFacts>();

/** Notes the facts of a request, for whoever handles that very object. */
export function noteFacts(request: Request, about: RequestFacts): void {
  facts.set(request, about);
}

export function factsOf(request: Request): Partial<RequestFacts> {
  return facts.get(request) ?? {};
}

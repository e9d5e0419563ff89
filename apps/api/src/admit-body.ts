import { type CallersAtOnce, callerName, permissionMatrix } from "@platz/api";
import { addressGroup, type ServiceContext } from "@platz/services";
import { BODY_MS_MAX, readBody, SMALL_BODY_BYTES_MAX, tooLarge } from "./request-body.ts";
import type { RequestFacts } from "./request-facts.ts";

export interface AdmissionOptions {
  readonly atOnce: CallersAtOnce;
  /** Who asks, by the headers alone. Rejects with `Unauthenticated` when nobody does. */
  identify(request: Request, facts: RequestFacts): Promise<ServiceContext>;
  /** How long a body may take to arrive. */
  readonly bodyMs?: number;
}

/** A request whose body has not been read. */
export interface Arrived {
  readonly request: Request;
  readonly pathname: string;
  readonly facts: RequestFacts;
}

/** What came with a request; to be disposed when that is answered. */
export interface AdmittedBody extends Disposable {
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  /** Who sent it, where that had to be known. */
  readonly caller: Promise<ServiceContext> | undefined;
}

/**
 * Takes in the body of a request. Strangers may send little, and keep few requests unfinished at once; of more, who sends
 * it is known before it is read, and whoever is not known gets the answer of the procedure, without what they sent.
 */
export async function admitBody(
  { request, pathname, facts }: Arrived,
  { atOnce, identify, bodyMs: ms = BODY_MS_MAX }: AdmissionOptions,
): Promise<AdmittedBody> {
  if (request.body === null) return { bytes: null, caller: undefined, [Symbol.dispose]() {} };
  using admitted = new DisposableStack();
  let caller: Promise<ServiceContext> | undefined;
  const isKnown = async () => {
    caller ??= identify(request, facts);
    const context = await caller.catch(() => undefined);
    if (context === undefined) return false;
    admitted.defer(atOnce.enter("large bodies", callerName(context)));
    return true;
  };
  const mayBeLarge = async () => {
    if (isForStrangers(pathname)) throw tooLarge(SMALL_BODY_BYTES_MAX);
    return await isKnown();
  };
  const leave = await enterUnread(facts.address, isKnown);
  try {
    const bytes = (await readBody(request, { mayBeLarge, ms })) ?? null;
    const held = admitted.move();
    return { bytes, caller, [Symbol.dispose]: () => held.dispose() };
  } finally {
    leave();
  }

  /** Whoever is known sends what they like while strangers behind the same address keep requests unfinished. */
  async function enterUnread(address: string | undefined, isKnown: () => Promise<boolean>) {
    if (address === undefined) return () => {};
    try {
      return atOnce.enter("unread bodies", addressGroup(address));
    } catch (error) {
      if (await isKnown()) return () => {};
      throw error;
    }
  }
}

/** Whether everybody may call all that a request is for, and so nobody needs to send much. */
function isForStrangers(pathname: string): boolean {
  if (!pathname.startsWith("/trpc/")) return true;
  const permissions: Readonly<Record<string, string>> = permissionMatrix;
  return pathname
    .slice("/trpc/".length)
    .split(",")
    .every((path) => !Object.hasOwn(permissions, path) || permissions[path] === "public");
}

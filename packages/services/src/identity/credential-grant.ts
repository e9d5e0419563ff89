import type { StoredToken } from "@platz/db/queries/credentials";
import type { BotTokenId, EnvId, SessionId, UserTokenId } from "@platz/domain";

/** What a credential lets its bearer do, of what whoever it belongs to may do. */
export interface CredentialGrant {
  /** A token is for programs: it cannot make further tokens, nor see or end sign-ins. */
  readonly kind: "session" | "token";
  /** The session, where there is one. */
  readonly sessionId: SessionId | null;
  /** The API token, where there is one. */
  readonly tokenId: UserTokenId | BotTokenId | null;
  /** Looks, and changes nothing. */
  readonly readOnly: boolean;
  /** Only in these envs; `null`: in all of them. */
  readonly envIds: readonly EnvId[] | null;
}

/** All that a person who has signed in may do. */
export const wholeGrant: CredentialGrant = {
  kind: "session",
  sessionId: null,
  tokenId: null,
  readOnly: false,
  envIds: null,
};

/** What a stored token lets its bearer do. */
export function grantOfToken(
  tokenId: NonNullable<CredentialGrant["tokenId"]>,
  { readOnly, envIds }: Pick<StoredToken, "readOnly" | "envIds">,
): CredentialGrant {
  return { kind: "token", sessionId: null, tokenId, readOnly, envIds };
}

/** Whether a token has run out. */
export function hasExpired({ expiresAt }: Pick<StoredToken, "expiresAt">, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now;
}

import {
  type AccessToken,
  hashOneTimeSecret,
  issueAccessToken,
  type OidcClient,
  type SigningSecret,
  USER_TOKEN_TTL_MS,
} from "@platz/auth";
import type { Database } from "@platz/db";
import { takeSignInAttempt } from "@platz/db/queries/sign-in-attempts";
import { Unauthenticated, type User } from "@platz/domain";
import { type AdmissionRules, admitPerson } from "./admit-person.ts";

export interface FinishSignInDependencies {
  readonly db: Database;
  readonly oidc: OidcClient;
  readonly signingSecret: SigningSecret;
  readonly rules: AdmissionRules;
  now(): Date;
}

/** What the browser brings back from the provider, and its own secret. */
export interface SignInAnswer {
  readonly code: string;
  readonly state: string;
  readonly browserSecret: string | undefined;
}

export interface SignedIn extends AccessToken {
  readonly user: User;
}

/**
 * Finishes a sign-in, once, for the browser that began it, within ten minutes. Throws `Unauthenticated` for any other
 * answer, `Forbidden` for a person who may not come in, `Unavailable` when the provider cannot be reached.
 */
export async function finishSignIn(
  { db, oidc, signingSecret, rules, now }: FinishSignInDependencies,
  { code, state, browserSecret }: SignInAnswer,
): Promise<SignedIn> {
  const key = { stateHash: hashOneTimeSecret(state), browserHash: hashOneTimeSecret(browserSecret ?? "") };
  const attempt = await takeSignInAttempt(db, key, now());
  if (attempt === undefined) {
    throw new Unauthenticated(
      "This sign-in has expired, was used already, or was begun in another browser: sign in again.",
    );
  }
  const person = await oidc.finish({ code, ...attempt });
  const user = await db.transaction((transaction) => admitPerson(transaction, person, rules));
  const secret = await signingSecret.get();
  const token = await issueAccessToken(
    secret,
    { kind: "User", id: user.id },
    { ttlMs: USER_TOKEN_TTL_MS, now: now() },
  );
  return { user, ...token };
}

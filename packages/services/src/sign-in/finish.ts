import { hashOneTimeSecret, type OidcClient, type SigningKeys } from "@platz/auth";
import type { Database } from "@platz/db";
import { takeSignInAttempt } from "@platz/db/queries/sign-in-attempts";
import { Forbidden, Unauthenticated, type User } from "@platz/domain";
import { countAgainst } from "../rate-limit/rate-limits.ts";
import { type AdmissionRules, admitPerson } from "./admit-person.ts";
import { beginSession } from "./begin-session.ts";
import { countVisit, type Visitor } from "./visitor.ts";

export interface FinishSignInDependencies {
  readonly db: Database;
  readonly oidc: OidcClient;
  readonly accessKeys: SigningKeys;
  readonly rules: AdmissionRules;
  now(): Date;
}

/** What the browser brings back from the provider, and its own secret. */
export interface SignInAnswer {
  readonly code: string;
  readonly state: string;
  readonly browserSecret: string | undefined;
}

/** That somebody is signed in until `expiresAt`: by an access token for a program, or the secret of a browser's cookie. */
export interface SignedIn {
  readonly user: User;
  readonly token: string;
  readonly expiresAt: Date;
}

/**
 * Finishes a sign-in, once, for the browser that began it, within ten minutes, and begins a session that can be seen and
 * ended. Throws `Unauthenticated` for any other answer, `Forbidden` for a person who may not come in, `TooManyRequests`
 * for too many tries, `Unavailable` when the provider cannot be reached.
 */
export async function finishSignIn(
  dependencies: FinishSignInDependencies,
  { code, state, browserSecret }: SignInAnswer,
  visitor: Visitor,
): Promise<SignedIn> {
  const { db, oidc, rules, now } = dependencies;
  await countVisit(dependencies, visitor);
  const key = { stateHash: hashOneTimeSecret(state), browserHash: hashOneTimeSecret(browserSecret ?? "") };
  const attempt = await takeSignInAttempt(db, key, now());
  if (attempt === undefined) {
    throw new Unauthenticated(
      "This sign-in has expired, was used already, or was begun in another browser: sign in again.",
    );
  }
  const person = await oidc.finish({ code, ...attempt });
  const user = await db.transaction((transaction) => admitPerson(transaction, person, rules));
  if (!user.isActive) {
    throw new Forbidden(
      "Your account has been made and waits for approval: ask an administrator to activate it.",
    );
  }
  await countAgainst(dependencies, [{ limit: "sign-in:user", subject: user.id }]);
  const session = await db.transaction((db) => beginSession({ ...dependencies, db }, user, visitor));
  return { user, ...session };
}

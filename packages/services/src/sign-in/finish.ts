import { hashOneTimeSecret, type OidcClient, type ProvenPerson, type SigningKeys } from "@platz/auth";
import type { Database } from "@platz/db";
import { takeSignInAttempt } from "@platz/db/queries/sign-in-attempts";
import { Forbidden, Unauthenticated, type User } from "@platz/domain";
import type { ServiceLog } from "../context.ts";
import { countAgainst } from "../rate-limit/rate-limits.ts";
import { type AdmissionRules, admitPerson } from "./admit-person.ts";
import { beginSession } from "./begin-session.ts";
import { noteRefusal } from "./note-refusal.ts";
import { countVisit, type Visitor } from "./visitor.ts";

export interface FinishSignInDependencies {
  readonly db: Database;
  readonly oidc: OidcClient;
  readonly accessKeys: SigningKeys;
  readonly rules: AdmissionRules;
  readonly log?: ServiceLog | undefined;
  now(): Date;
}

/** What the provider said: a code with the state that we gave it, or, by its code for it, why it let nobody in. */
export type ProviderAnswer =
  | { readonly code: string; readonly state: string }
  | { readonly error: string | undefined };

/** What the browser brings back from the provider, and its own secret. */
export type SignInAnswer = ProviderAnswer & { readonly browserSecret: string | undefined };

/** That somebody is signed in until `expiresAt`: by an access token for a program, or the secret of a browser's cookie. */
export interface SignedIn {
  readonly user: User;
  readonly token: string;
  readonly expiresAt: Date;
}

/**
 * Finishes a sign-in, once, for the browser that began it, within ten minutes, and begins a session that can be seen and
 * ended. What it did, or that it was refused and why, is in the audit log. Throws `Unauthenticated` for any other answer,
 * `Forbidden` for a person who may not come in, `TooManyRequests` for too many tries, `Unavailable` when the provider
 * cannot be reached.
 */
export async function finishSignIn(
  dependencies: FinishSignInDependencies,
  answer: SignInAnswer,
  visitor: Visitor,
): Promise<SignedIn> {
  await countVisit(dependencies, visitor);
  let person: ProvenPerson | undefined;
  try {
    person = await provenBy(dependencies, answer);
    return await begin(dependencies, person, visitor);
  } catch (error) {
    if (error instanceof Forbidden || error instanceof Unauthenticated) {
      await noteRefusal(dependencies, { reason: error.message, person, visitor });
    }
    throw error;
  }
}

async function provenBy(
  { db, oidc, now }: FinishSignInDependencies,
  answer: SignInAnswer,
): Promise<ProvenPerson> {
  if ("error" in answer) {
    // A code of the protocol (RFC 6749 4.1.2.1), or nothing: anybody can make an address that leads here.
    const why = /^[a-z_]{1,40}$/.test(answer.error ?? "") ? ` (${answer.error})` : "";
    throw new Unauthenticated(`The sign-in provider did not let you in${why}: sign in again.`);
  }
  const { code, state, browserSecret } = answer;
  const key = { stateHash: hashOneTimeSecret(state), browserHash: hashOneTimeSecret(browserSecret ?? "") };
  const attempt = await takeSignInAttempt(db, key, now());
  if (attempt === undefined) {
    throw new Unauthenticated(
      "This sign-in has expired, was used already, or was begun in another browser: sign in again.",
    );
  }
  return await oidc.finish({ code, ...attempt });
}

async function begin(
  dependencies: FinishSignInDependencies,
  person: ProvenPerson,
  visitor: Visitor,
): Promise<SignedIn> {
  const { db, rules } = dependencies;
  const user = await db.transaction((transaction) => admitPerson(transaction, person, { rules, visitor }));
  if (!user.isActive) {
    throw new Forbidden(
      "Your account has been made and waits for approval: ask an administrator to activate it.",
    );
  }
  await countAgainst(dependencies, [{ limit: "sign-in:user", subject: user.id }]);
  const session = await db.transaction((db) => beginSession({ ...dependencies, db }, user, visitor));
  return { user, ...session };
}

import type { ProvenPerson } from "@platz/auth";
import type { Queryable } from "@platz/db";
import {
  addToAutoAddEnvs,
  findUserByEmail,
  findUserByIdentity,
  hasIdentityOf,
  insertUser,
  insertUserIdentity,
  lockEmail,
  setDisplayName,
} from "@platz/db/queries/user-identities";
import { Forbidden, type User } from "@platz/domain";
import { recordChange } from "../audit/record-change.ts";
import { auditedEnvRight } from "../env-user-permission/audited-env-right.ts";
import { asActor, type SignInVisitor } from "./visitor.ts";

export interface AdmissionRules {
  /** In any case; who is listed becomes site admin when their account is made, and not later (API spec 3.5). */
  readonly adminEmails: readonly string[];
  /** Off only for providers whose every e-mail address may be trusted. */
  readonly requireVerifiedEmail: boolean;
  /** Newcomers cannot act until a site admin has activated them; listed admins need nobody's approval. */
  readonly requireApproval: boolean;
}

/**
 * The account of somebody the provider vouches for, made on first sight. A person is known by issuer and subject; on
 * first sight a verified e-mail address, in any case, leads to the account that has it, unless that account belongs
 * to somebody else at the same issuer. To be run in a transaction: what it makes is in the audit log with it. Throws
 * `Forbidden` for whoever may not come in; a newcomer who waits for approval is returned, inactive, so that the account
 * stays.
 */
export async function admitPerson(
  db: Queryable,
  person: ProvenPerson,
  { rules, visitor }: { readonly rules: AdmissionRules; readonly visitor: SignInVisitor },
): Promise<User> {
  const email = requireEmail(person, rules);
  await lockEmail(db, email);
  const arrival = { db, email, person, rules, visitor };
  const known = (await findUserByIdentity(db, person)) ?? (await linkedByEmail(arrival));
  if (known?.isActive === false)
    throw new Forbidden("This account is deactivated: ask an administrator to activate it.");
  const user = known ?? (await createUser(arrival));
  return await withNameOf(arrival, user);
}

/** A person on their way in. */
interface Arrival {
  readonly db: Queryable;
  readonly email: string;
  readonly person: ProvenPerson;
  readonly rules: AdmissionRules;
  readonly visitor: SignInVisitor;
}

function requireEmail({ email, emailIsVerified }: ProvenPerson, rules: AdmissionRules): string {
  if (email === undefined) {
    throw new Forbidden(
      "The sign-in provider gave no e-mail address: ask an administrator to allow it there.",
    );
  }
  if (rules.requireVerifiedEmail && !emailIsVerified) {
    throw new Forbidden(
      "Your e-mail address is not verified at the sign-in provider: verify it there first.",
    );
  }
  return email.toLowerCase();
}

async function linkedByEmail(arrival: Arrival): Promise<User | undefined> {
  const { db, email, person } = arrival;
  const user = await findUserByEmail(db, email);
  if (user === undefined) return undefined;
  if (!person.emailIsVerified) {
    throw new Forbidden(
      "There is an account with this e-mail address, and the sign-in provider has not verified that the address is yours: verify it there, or ask an administrator.",
    );
  }
  // The address was somebody else's at this provider before: whoever has it now does not inherit the account.
  if (await hasIdentityOf(db, user.id, person.issuer)) {
    throw new Forbidden("This e-mail address belongs to another person's account: ask an administrator.");
  }
  await link(arrival, user);
  return user;
}

async function createUser(arrival: Arrival): Promise<User> {
  const { db, email, person, rules, visitor } = arrival;
  const isAdmin = rules.adminEmails.some((admin) => admin.toLowerCase() === email);
  const user = await insertUser(db, {
    email,
    displayName: person.displayName ?? email,
    isAdmin,
    isActive: isAdmin || !rules.requireApproval,
  });
  const actor = asActor(db, user, visitor);
  await recordChange(actor, { ...auditedUser(user), after: user, reason: "the first sign-in" });
  await link(arrival, user);
  for (const right of await addToAutoAddEnvs(db, user.id)) {
    const reason = "the env takes new people by itself";
    await recordChange(actor, { ...auditedEnvRight(right, user.displayName), after: right, reason });
  }
  return user;
}

/** Ties the account to who the provider says this is. */
async function link({ db, person, visitor }: Arrival, user: User): Promise<void> {
  const { issuer, subject } = person;
  const { id } = await insertUserIdentity(db, user.id, person);
  await recordChange(asActor(db, user, visitor), {
    entity: "user_identities",
    id,
    envId: null,
    label: `${user.email} at ${issuer}`,
    after: { userId: user.id, issuer, subject },
  });
}

/** The account under the name that the provider gives the person now. */
async function withNameOf({ db, person, visitor }: Arrival, user: User): Promise<User> {
  const { displayName = user.displayName } = person;
  if (displayName === user.displayName) return user;
  const after = { ...user, displayName };
  await setDisplayName(db, user.id, displayName);
  const change = { ...auditedUser(after), before: user, after, reason: "the name at the sign-in provider" };
  await recordChange(asActor(db, after, visitor), change);
  return after;
}

function auditedUser({ id, displayName, email, version }: User) {
  return { entity: "users", id, envId: null, label: `${displayName} <${email}>`, version } as const;
}

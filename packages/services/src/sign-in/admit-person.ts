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
 * to somebody else at the same issuer. To be run in a transaction. Throws `Forbidden` for whoever may not come in; a
 * newcomer who waits for approval is returned, inactive, so that the account stays.
 */
export async function admitPerson(db: Queryable, person: ProvenPerson, rules: AdmissionRules): Promise<User> {
  const email = requireEmail(person, rules);
  await lockEmail(db, email);
  const known = (await findUserByIdentity(db, person)) ?? (await linkedByEmail(db, email, person));
  if (known?.isActive === false)
    throw new Forbidden("This account is deactivated: ask an administrator to activate it.");
  const user = known ?? (await createUser(db, { email, person, rules }));
  const { displayName = user.displayName } = person;
  if (displayName !== user.displayName) await setDisplayName(db, user.id, displayName);
  return { ...user, displayName };
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

async function linkedByEmail(db: Queryable, email: string, person: ProvenPerson): Promise<User | undefined> {
  const user = await findUserByEmail(db, email);
  if (user === undefined) return undefined;
  // The address was somebody else's at this provider before: whoever has it now does not inherit the account.
  if (await hasIdentityOf(db, user.id, person.issuer)) {
    throw new Forbidden("This e-mail address belongs to another person's account: ask an administrator.");
  }
  await insertUserIdentity(db, user.id, person);
  return user;
}

interface Newcomer {
  readonly email: string;
  readonly person: ProvenPerson;
  readonly rules: AdmissionRules;
}

async function createUser(db: Queryable, { email, person, rules }: Newcomer): Promise<User> {
  const isAdmin = rules.adminEmails.some((admin) => admin.toLowerCase() === email);
  const user = await insertUser(db, {
    email,
    displayName: person.displayName ?? email,
    isAdmin,
    isActive: isAdmin || !rules.requireApproval,
  });
  await insertUserIdentity(db, user.id, person);
  await addToAutoAddEnvs(db, user.id);
  return user;
}

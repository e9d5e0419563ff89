import type { ProvenPerson } from "@platz/auth";
import type { Queryable } from "@platz/db";
import { actorFields } from "../audit/actor-fields.ts";
import { nothingDone, recordDenial } from "../audit/record-denial.ts";
import type { ServiceLog } from "../context.ts";
import { addressGroup } from "../rate-limit/address-group.ts";
import { originOf, type SignInVisitor } from "./visitor.ts";

interface Refusal {
  readonly reason: string;
  /** Whom the provider vouched for, if it came to that. */
  readonly person: ProvenPerson | undefined;
  readonly visitor: SignInVisitor;
}

/**
 * Notes in the audit log that a sign-in was refused, and why; equal refusals of one hour are one entry with a count. The
 * answer stays what it is when the log cannot be written.
 */
export async function noteRefusal(
  { db, log, now }: { readonly db: Queryable; readonly log?: ServiceLog | undefined; now(): Date },
  { reason, person, visitor }: Refusal,
): Promise<void> {
  const label = person === undefined ? "somebody who was not signed in" : labelOf(person);
  const actor = actorFields({ identity: null, scope: { label }, origin: originOf(visitor) });
  try {
    const caller = `sign-in ${visitor.address === undefined ? "" : addressGroup(visitor.address)}`;
    await recordDenial(db, { caller, entry: { ...actor, ...nothingDone, reason }, now: now() });
  } catch (error) {
    log?.warn({ error, action: "signIn.finish" }, "a refused sign-in could not be recorded");
  }
}

function labelOf({ displayName, email, subject }: ProvenPerson): string {
  return `${displayName ?? subject} <${email ?? "no e-mail address"}>`;
}

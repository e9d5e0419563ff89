import type { Credential } from "@platz/auth";
import { Unauthenticated } from "@platz/domain";
import { readCaller } from "../context.ts";
import { addressGroup } from "../rate-limit/address-group.ts";
import { countAgainst, type Limited } from "../rate-limit/rate-limits.ts";
import type { KnownCaller } from "./caller-cache.ts";
import { type IdentityDependencies, resolveIdentity } from "./resolve-identity.ts";

/**
 * Who a credential belongs to, and what they may see. Wrong ones, also those that have expired, were revoked or belong to
 * nobody any more, are counted per address, and per token and address: whoever tries too many gets `TooManyRequests` for
 * further wrong ones. A right one is let in whatever its address did, since others may share that: nobody can guess
 * secrets of 256 bits, however often they try.
 */
export async function authenticate(
  dependencies: IdentityDependencies,
  credential: Credential,
  address: string | undefined,
): Promise<KnownCaller> {
  try {
    return await readCaller(dependencies.db, await resolveIdentity(dependencies, credential));
  } catch (error) {
    if (error instanceof Unauthenticated) await countAgainst(dependencies, limitsOf(credential, address));
    throw error;
  }
}

/** The address first: when that is refused, nothing is written for each of the tokens that it makes up. */
function limitsOf(credential: Credential, address: string | undefined): Limited[] {
  if (address === undefined) return [];
  const group = addressGroup(address);
  const ofAddress: Limited = { limit: "wrong-credential:address", subject: group };
  if (credential.kind === "access-token") return [ofAddress];
  return [ofAddress, { limit: "wrong-credential:token", subject: `${credential.id}:${group}` }];
}

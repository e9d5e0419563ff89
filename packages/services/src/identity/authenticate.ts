import type { Credential } from "@platz/auth";
import { Unauthenticated } from "@platz/domain";
import { countAgainst, type Limited, requireWithin } from "../rate-limit/rate-limits.ts";
import { type IdentityDependencies, type ResolvedIdentity, resolveIdentity } from "./resolve-identity.ts";

/**
 * Who a credential belongs to, as `resolveIdentity` says. Wrong ones are counted per address, and per token and address:
 * whoever tries too many is refused with `TooManyRequests` for a while, also with a right one.
 */
export async function authenticate(
  dependencies: IdentityDependencies,
  credential: Credential,
  address: string | undefined,
): Promise<ResolvedIdentity> {
  const limited = limitsOf(credential, address);
  await requireWithin(dependencies, limited);
  try {
    return await resolveIdentity(dependencies, credential);
  } catch (error) {
    if (error instanceof Unauthenticated) await countAgainst(dependencies, limited);
    throw error;
  }
}

function limitsOf(credential: Credential, address: string | undefined): Limited[] {
  if (address === undefined) return [];
  const ofAddress: Limited = { limit: "wrong-credential:address", subject: address };
  if (credential.kind === "access-token") return [ofAddress];
  return [{ limit: "wrong-credential:token", subject: `${credential.id}:${address}` }, ofAddress];
}

import { errors } from "jose";
import { Refusal } from "../refusal.ts";

const claims: Readonly<Record<string, string>> = {
  iss: "it was issued by somebody else",
  aud: "it is for another address, or for several",
  exp: "it is good for longer than five minutes",
  sub: "it is for another deployment",
};

/** Why a token does not count, in words that tell nothing but what was wrong with it. */
export function toRefusal(error: unknown): Refusal {
  const problem = problemOf(error);
  return problem === undefined
    ? new Refusal("Who asks cannot be checked now: the keys of Platz cannot be read.", {
        status: 503,
        cause: error,
      })
    : new Refusal(`The token of this request does not count: ${problem}.`, { status: 401, cause: error });
}

/** What is wrong with the token; nothing when it is the keys that are missing. */
function problemOf(error: unknown): string | undefined {
  if (error instanceof errors.JWTExpired) return "it has run out";
  if (error instanceof errors.JWTClaimValidationFailed)
    return claims[error.claim] ?? `its ${error.claim} is not right`;
  if (error instanceof errors.JWKSNoMatchingKey) return "Platz has no such key";
  const isToken = [
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JWTInvalid,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
    errors.JWKSMultipleMatchingKeys,
  ].some((kind) => error instanceof kind);
  return isToken ? "it is not valid" : undefined;
}

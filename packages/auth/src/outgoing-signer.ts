import type { DeploymentId } from "@platz/domain";
import { SignJWT } from "jose";
import { type SigningKeys, signingAlgorithms } from "./signing-keys.ts";

/** How long a request of ours can be recognised as ours. */
const TTL_SECONDS = 300;

/** The headers that make a request to a deployment's application recognisable as ours. */
export type OutgoingSigner = (deploymentId: DeploymentId, url: string) => Promise<Record<string, string>>;

/**
 * Signs requests by a token (JWT, ES256, five minutes) that an application checks by our published keys: `iss` is our
 * own address, with the keys below it at `/.well-known/jwks.json`, `aud` the origin that is asked, `sub` the deployment.
 */
export function createOutgoingSigner(
  keys: SigningKeys,
  { issuer, now = () => new Date() }: { readonly issuer: string; readonly now?: () => Date },
): OutgoingSigner {
  return async (deploymentId, url) => {
    const { id, key } = await keys.current();
    const issuedAt = Math.floor(now().getTime() / 1000);
    const token = await new SignJWT()
      .setProtectedHeader({ typ: "JWT", alg: signingAlgorithms.outgoing, kid: id })
      .setIssuer(issuer)
      .setAudience(new URL(url).origin)
      .setSubject(deploymentId)
      .setIssuedAt(issuedAt)
      .setNotBefore(issuedAt)
      .setExpirationTime(issuedAt + TTL_SECONDS)
      .setJti(crypto.randomUUID())
      .sign(key);
    return { authorization: `Bearer ${token}` };
  };
}

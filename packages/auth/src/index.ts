export {
  type AccessToken,
  type AccessTokenSubject,
  issueAccessToken,
  issueDeploymentToken,
  USER_TOKEN_TTL_MS,
  verifyAccessToken,
} from "./access-token.ts";
export { createApiToken, type NewApiToken, parseApiToken, sameHash } from "./api-token.ts";
export {
  createOidcClient,
  type OidcClient,
  type OidcSettings,
  type SignInRequest,
} from "./oidc/create-oidc-client.ts";
export type { ProvenPerson } from "./oidc/proven-person.ts";
export { createOneTimeSecret, hashOneTimeSecret, isOneTimeSecret } from "./one-time-secret.ts";
export {
  createOutgoingSigner,
  type OutgoingRequest,
  type OutgoingSigner,
  requestClaims,
} from "./outgoing-signer.ts";
export { type OwnCookie, ownCookie, sessionCookie } from "./own-cookie.ts";
export { type Credential, readCredential } from "./read-credential.ts";
export {
  createSigningKeys,
  generateSigningKey,
  type NewSigningKey,
  type SigningKeyStore,
  type SigningKeys,
  type SigningKeyUse,
  type StoredSigningKey,
} from "./signing-keys.ts";

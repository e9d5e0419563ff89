export {
  type AccessToken,
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
export { type Credential, readCredential } from "./read-credential.ts";
export { createSigningSecret, type SigningSecret, type SigningSecretStore } from "./signing-secret.ts";

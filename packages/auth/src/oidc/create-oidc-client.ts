import { CodeChallengeMethod, generateCodeVerifier, OAuth2Client } from "arctic";
import { createRemoteJWKSet } from "jose";
import { createOneTimeSecret } from "../one-time-secret.ts";
import { exchangeCode, idTokenOf } from "./exchange-code.ts";
import { type ProvenPerson, personOf } from "./proven-person.ts";
import { createDiscovery } from "./provider-metadata.ts";
import { verifyIdToken } from "./verify-id-token.ts";

export interface OidcSettings {
  /** Its discovery document is fetched below it. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the provider sends people back to; registered there. */
  readonly redirectUri: string;
  /** For each request to the provider. */
  readonly timeoutMs?: number;
  readonly discoveryCacheMs?: number;
  readonly now?: () => number;
}

/** A sign-in that begins: `url` is where the person goes; the rest is kept until they come back. */
export interface SignInRequest {
  readonly url: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

export interface OidcClient {
  /** Throws `Unavailable` when the provider cannot be reached. */
  begin(): Promise<SignInRequest>;
  /**
   * Exchanges the code and checks the ID token: signature by the provider's keys, algorithm, issuer, audience, times,
   * nonce. Throws `Unauthenticated` when any of it is wrong, `Unavailable` when the provider cannot be reached.
   */
  finish(answer: {
    readonly code: string;
    readonly nonce: string;
    readonly codeVerifier: string;
  }): Promise<ProvenPerson>;
}

const SCOPES = ["openid", "profile", "email"];
/** The authorization-code flow with PKCE (S256), state and nonce, against any OpenID provider. */
export function createOidcClient(settings: OidcSettings): OidcClient {
  const timeoutMs = settings.timeoutMs ?? 10_000;
  const discovery = createDiscovery({
    issuer: settings.issuer,
    timeoutMs,
    cacheMs: settings.discoveryCacheMs ?? 3_600_000,
    now: settings.now ?? Date.now,
  });
  const client = new OAuth2Client(settings.clientId, settings.clientSecret, settings.redirectUri);
  const keysOf = rememberLast((jwksUri: string) =>
    createRemoteJWKSet(new URL(jwksUri), { timeoutDuration: timeoutMs }),
  );

  return {
    async begin() {
      const { authorization_endpoint } = await discovery();
      const [state, nonce, codeVerifier] = [
        createOneTimeSecret(),
        createOneTimeSecret(),
        generateCodeVerifier(),
      ];
      const url = client.createAuthorizationURLWithPKCE(
        authorization_endpoint,
        state,
        CodeChallengeMethod.S256,
        codeVerifier,
        SCOPES,
      );
      url.searchParams.set("nonce", nonce);
      return { url: url.href, state, nonce, codeVerifier };
    },

    async finish({ code, nonce, codeVerifier }) {
      const metadata = await discovery();
      const tokens = await exchangeCode(client, metadata.token_endpoint, { code, codeVerifier, timeoutMs });
      const claims = await verifyIdToken(idTokenOf(tokens), {
        metadata,
        keys: keysOf(metadata.jwks_uri),
        clientId: settings.clientId,
        nonce,
        now: settings.now ?? Date.now,
      });
      return await personOf(claims, { metadata, tokens, timeoutMs });
    },
  };
}

/** Keeps what was made for the last argument: keys are cached inside, and a provider has one address for them. */
function rememberLast<Value>(make: (key: string) => Value): (key: string) => Value {
  let last: { readonly key: string; readonly value: Value } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, value: make(key) };
    return last.value;
  };
}

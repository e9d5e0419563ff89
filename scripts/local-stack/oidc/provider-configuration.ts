import type { Account, Context } from "oidc-provider";
import { messagePage } from "./interaction-page.ts";
import { createMemoryAdapter } from "./memory-adapter.ts";
import type { ProviderKeys } from "./provider-keys.ts";
import { readUsersFile } from "./users-file.ts";

export interface ProviderClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  readonly usersFile: string;
}

const SCOPES = "openid profile email";

/** One confidential client, authorization code with PKCE only, consent given by itself, people from the users file. */
export function providerConfiguration(
  client: ProviderClient,
  keys: ProviderKeys,
  interactionPolicy: unknown,
) {
  return {
    adapter: createMemoryAdapter(),
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: client.redirectUris,
        grant_types: ["authorization_code"],
        response_types: ["code"],
        token_endpoint_auth_method: "client_secret_basic",
      },
    ],
    jwks: keys.jwks,
    cookies: { keys: keys.cookieKeys },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
    // E-mail and name in the ID token itself, as the larger providers have it.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    interactions: {
      policy: interactionPolicy,
      url: (_context: Context, { uid }: { readonly uid: string }) => `/interaction/${uid}`,
    },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 3600,
      IdToken: 3600,
      Interaction: 600,
      Session: 3600,
    },
    findAccount: (_context: Context, subject: string) => findAccount(client.usersFile, subject),
    loadExistingGrant: grantEverything,
    renderError,
  };
}

async function findAccount(usersFile: string, subject: string): Promise<Account | undefined> {
  const user = (await readUsersFile(usersFile)).find(({ sub }) => sub === subject);
  return user && { accountId: user.sub, claims: () => ({ ...user }) };
}

async function grantEverything({ oidc: { provider, client, session } }: Context) {
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(SCOPES);
  await grant.save();
  return grant;
}

function renderError(
  context: Context,
  { error, error_description: description = "" }: Record<string, string>,
): void {
  context.set({
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  });
  context.body = messagePage(`${error}: ${description}`);
}

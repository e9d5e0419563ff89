import { Unavailable } from "@platz/domain";
import { z } from "zod";

/** What we need of an OpenID provider's discovery document. */
export const ProviderMetadata = z.object({
  issuer: z.url(),
  authorization_endpoint: z.url({ protocol: /^https?$/ }),
  token_endpoint: z.url({ protocol: /^https?$/ }),
  jwks_uri: z.url({ protocol: /^https?$/ }),
  userinfo_endpoint: z.url({ protocol: /^https?$/ }).optional(),
  id_token_signing_alg_values_supported: z.array(z.string()).default(["RS256"]),
});
export type ProviderMetadata = z.output<typeof ProviderMetadata>;

export interface DiscoveryOptions {
  readonly issuer: string;
  readonly timeoutMs: number;
  /** How long a document is used before it is fetched again. */
  readonly cacheMs: number;
  readonly now: () => number;
}

/**
 * Reads a provider's discovery document, and remembers it. The document must name the issuer that was asked for.
 * Callers at the same time share one request; a failure is not remembered and is `Unavailable`.
 */
export function createDiscovery(options: DiscoveryOptions): () => Promise<ProviderMetadata> {
  let known: { readonly metadata: Promise<ProviderMetadata>; readonly until: number } | undefined;
  return async () => {
    if (known !== undefined && known.until > options.now()) return await known.metadata;
    const current = { metadata: discover(options), until: options.now() + options.cacheMs };
    known = current;
    try {
      return await current.metadata;
    } catch (cause) {
      if (known === current) known = undefined;
      throw new Unavailable("The sign-in provider cannot be reached now: try again in a moment.", { cause });
    }
  };
}

async function discover({ issuer, timeoutMs }: DiscoveryOptions): Promise<ProviderMetadata> {
  const response = await fetch(`${withoutSlash(issuer)}/.well-known/openid-configuration`, {
    headers: { accept: "application/json" },
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Error(`the discovery document was answered with ${response.status}`);
  const metadata = ProviderMetadata.parse(await response.json());
  if (withoutSlash(metadata.issuer) !== withoutSlash(issuer)) {
    throw new Error(`the discovery document names another issuer: ${metadata.issuer}`);
  }
  return metadata;
}

const withoutSlash = (url: string) => url.replace(/\/$/, "");

import { Unavailable } from "@platz/domain";
import type { OAuth2Tokens } from "arctic";
import type { JWTPayload } from "jose";
import { z } from "zod";
import type { ProviderMetadata } from "./provider-metadata.ts";

/** Providers send booleans as text now and then. */
const isTrue = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);

const PersonClaims = z.object({
  email: z.email().optional(),
  email_verified: isTrue.optional(),
  name: z.string().trim().min(1).max(200).optional(),
});

/** What the provider vouches for. */
export interface ProvenPerson {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | undefined;
  readonly emailIsVerified: boolean;
  readonly displayName: string | undefined;
}

interface PersonSource {
  readonly metadata: ProviderMetadata;
  readonly tokens: OAuth2Tokens;
  readonly timeoutMs: number;
}

/**
 * Who the ID token is about. Many providers keep e-mail and name out of the ID token: then they are asked for, as the same
 * subject. An e-mail address and whether it is verified always come from the same answer.
 */
export async function personOf(claims: JWTPayload, source: PersonSource): Promise<ProvenPerson> {
  const subject = String(claims.sub);
  const own = PersonClaims.safeParse(claims).data ?? {};
  const info = own.email === undefined || own.name === undefined ? await userInfo(subject, source) : {};
  const { email, email_verified: isVerified } = own.email === undefined ? info : own;
  return {
    issuer: source.metadata.issuer,
    subject,
    email,
    emailIsVerified: isVerified === true,
    displayName: own.name ?? info.name,
  };
}

async function userInfo(subject: string, source: PersonSource): Promise<z.output<typeof PersonClaims>> {
  const { metadata, tokens, timeoutMs } = source;
  if (metadata.userinfo_endpoint === undefined) return {};
  try {
    const response = await fetch(metadata.userinfo_endpoint, {
      headers: { authorization: `Bearer ${tokens.accessToken()}`, accept: "application/json" },
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`userinfo was answered with ${response.status}`);
    const info: unknown = await response.json();
    // Another subject's answer could be swapped in (OpenID Connect Core 5.3.2).
    return z
      .object({ sub: z.literal(subject) })
      .and(PersonClaims)
      .parse(info);
  } catch (cause) {
    throw new Unavailable("The sign-in provider cannot be reached now: try again in a moment.", { cause });
  }
}

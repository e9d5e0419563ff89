import {
  createOutgoingSigner,
  createSigningKeys,
  generateSigningKey,
  type NewSigningKey,
  type OutgoingRequest,
  requestClaims,
  type SigningKeys,
} from "@platz/auth";
import { DeploymentId } from "@platz/domain";
import { type JWTPayload, SignJWT } from "jose";

export const platzUrl = "https://platz.example.com/";
export const audience = "https://shop-eve.apps.example.com";
export const deploymentId = "01234567-89ab-4def-81ab-cdef01234567";
export const otherDeploymentId = "11234567-89ab-4def-81ab-cdef01234567";

/** A ring of one key. */
export function signingKeys(use: "access" | "outgoing"): SigningKeys {
  const key = generateSigningKey(use);
  const list = async () => [{ id: (await key).id, isRetired: false, open: async () => (await key).jwk }];
  return createSigningKeys({ list, ensure: async () => undefined });
}

interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  /** A body as it is, JSON or not. */
  readonly text?: string;
  readonly headers?: Record<string, string>;
  /** Whom the token is for. */
  readonly as?: string;
  readonly to?: string;
}

/**
 * The side of Platz that asks applications: signs as Platz does, with the very code, and publishes its keys through
 * `fetch`, which counts how often they were read. An older one says nothing of claims (`publishesClaims: false`).
 */
export function platzStub({ issuer = platzUrl, now = () => new Date(), publishesClaims = true } = {}) {
  let published: NewSigningKey[] = [];
  let stored: NewSigningKey[] = [];
  let reads = 0;
  let isDown = false;
  const rotate = async () => {
    const key = await generateSigningKey("outgoing");
    stored = [key];
    published = [key, ...published];
    keys = createSigningKeys(store);
  };
  const store = {
    list: async () => stored.map((key) => ({ id: key.id, isRetired: false, open: async () => key.jwk })),
    ensure: async () => (stored.length === 0 ? rotate() : undefined),
  };
  let keys = createSigningKeys(store);
  const sign = async (id: string, request: OutgoingRequest): Promise<Record<string, string>> =>
    await createOutgoingSigner(keys, { issuer, now })(DeploymentId.parse(id), request);
  const jwks = () => ({
    keys: published.map(({ publicJwk }) => publicJwk),
    ...(publishesClaims && { platz_request_claims: requestClaims }),
  });
  return {
    sign,
    /** A token with these claims and no others, signed by the key of now. */
    async signClaims(claims: JWTPayload): Promise<string> {
      const { id: kid, key } = await keys.current();
      return await new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid }).sign(key);
    },
    rotate,
    reads: () => reads,
    goDown: () => {
      isDown = true;
    },
    takeBackOld: () => {
      published = published.slice(0, 1);
    },
    jwks,
    async fetch(input: Request | URL | string): Promise<Response> {
      reads += 1;
      if (isDown) throw new TypeError("refused");
      return String(input) === `${issuer}.well-known/jwks.json`
        ? Response.json(jwks())
        : new Response("nothing here", { status: 404 });
    },
    /** A request as Platz sends it. */
    async request(
      path: string,
      { method = "GET", body, text, headers, as = deploymentId, to = audience }: Asked = {},
    ) {
      const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
      return new Request(`${audience}${path}`, {
        method,
        headers: { ...(await sign(as, { method, url: `${to}${path}`, body: content })), ...headers },
        ...(content !== undefined && { body: content }),
      });
    },
  };
}

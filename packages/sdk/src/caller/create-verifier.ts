import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from "jose";
import { z } from "zod";
import type { Fetch } from "../fetch.ts";
import { Refusal } from "../refusal.ts";
import { BODY_BYTES_MAX } from "../serve/read-body.ts";
import { surroundings } from "../surroundings.ts";
import type { Caller, Verifier } from "./caller.ts";
import { refuseUnsignedInProduction } from "./refuse-unsigned-in-production.ts";
import { requireSameRequest } from "./request-claims.ts";
import { seenTokens } from "./seen-tokens.ts";
import { toRefusal } from "./to-refusal.ts";
import { verifierSettings } from "./verifier-settings.ts";

export interface VerifierOptions {
  /** The address of Platz, which signs (`.Values.platz.own_url` in a chart). */
  readonly platzUrl: string;
  /**
   * The deployment that this application is (`.Values.platz.deployment_id` in a chart). `"any"` is for one process that
   * stands for several; it then goes by the `deploymentId` of the caller.
   */
  readonly deploymentId: string;
  /**
   * The origin at which Platz asks this application, such as `https://shop-eve.apps.example.com`
   * (`.Values.ingress.hosts` in a chart), or several of them, or what says which one a request was sent to.
   */
  readonly audience: string | readonly string[] | ((request: Request) => string);
  /**
   * Lets in what carries no token at all, for development on one's own machine. It says so on every request, and is
   * refused inside of Kubernetes and with `NODE_ENV=production`.
   */
  readonly allowUnsigned?: boolean;
  /** Another `fetch` than the global one for the keys of Platz. */
  readonly fetch?: Fetch;
  readonly now?: () => Date;
  /** Where `allowUnsigned` is told; the console unless given. */
  readonly warn?: (message: string) => void;
}

/** Published keys are asked for anew after this time, and at once for a key that is not among them. */
const KEYS_MAX_AGE_MS = 300_000;
/** But not more often than this, whatever keys are named. */
const KEYS_COOLDOWN_MS = 10_000;
const KEYS_TIMEOUT_MS = 5_000;
/** Tokens are good for five minutes; clocks differ. */
const TOKEN_MAX_AGE_SECONDS = 300;
const CLOCK_TOLERANCE_SECONDS = 30;

/** What the document of the keys says besides them: which claims of a request each token has. Absent in older Platzes. */
const Published = z.object({ platz_request_claims: z.array(z.string()).default([]) });

/**
 * Checks that a request was signed by Platz for this application: by a key that Platz publishes, for this origin, this
 * deployment and this very request, a few minutes ago at most, and for the first time. The keys are remembered and follow
 * rotations by themselves. Asked again about the same `Request`, it gives the same answer.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { platzUrl, deploymentId, audience } = verifierSettings(options);
  const { allowUnsigned = false, now = () => new Date() } = options;
  const warn = options.warn ?? surroundings.warn;
  if (allowUnsigned) refuseUnsignedInProduction();
  const keys = createRemoteJWKSet(new URL(".well-known/jwks.json", folderOf(platzUrl)), {
    cacheMaxAge: KEYS_MAX_AGE_MS,
    cooldownDuration: KEYS_COOLDOWN_MS,
    timeoutDuration: KEYS_TIMEOUT_MS,
    ...(options.fetch && { [customFetch]: options.fetch }),
  });
  const seen = seenTokens(now);
  const answers = new WeakMap<Request, Promise<Caller>>();

  async function claimsOf(token: string, request: Request): Promise<Claims> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ["ES256"],
        issuer: platzUrl,
        audience: typeof audience === "function" ? [audience(request)] : [...audience],
        requiredClaims: ["sub", "jti", "exp", "iat"],
        maxTokenAge: TOKEN_MAX_AGE_SECONDS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: now(),
        ...(deploymentId === "any" ? {} : { subject: deploymentId }),
      });
      return wellFormed(payload);
    } catch (error) {
      throw toRefusal(error);
    }
  }

  async function callerOf(request: Request, maxBodyBytes: number): Promise<Caller> {
    const header = request.headers.get("authorization");
    if (header === null && allowUnsigned) {
      warn(
        `@platz/sdk: ${request.method} ${new URL(request.url).pathname} is unsigned, and allowUnsigned lets it in.`,
      );
      return { deploymentId: null, tokenId: null };
    }
    const claims = await claimsOf(bearerOf(header), request);
    const published = Published.safeParse(keys.jwks()).data?.platz_request_claims;
    await requireSameRequest({ request, maxBodyBytes }, claims, new Set(published));
    if (!seen.use(claims.jti, new Date((claims.exp + CLOCK_TOLERANCE_SECONDS) * 1000))) {
      throw new Refusal("The token of this request does not count: it was used before.", { status: 401 });
    }
    return { deploymentId: claims.sub, tokenId: claims.jti };
  }

  return async (request, { maxBodyBytes = BODY_BYTES_MAX } = {}) => {
    const answer = answers.get(request) ?? callerOf(request, maxBodyBytes);
    answers.set(request, answer);
    return await answer;
  };
}

interface Claims extends JWTPayload {
  readonly sub: string;
  readonly jti: string;
  readonly exp: number;
}

/** The claims as Platz makes them: for one address, and for five minutes at most. */
function wellFormed(payload: JWTPayload): Claims {
  const { aud, sub, jti, exp, iat } = payload;
  const wrong = (claim: string) =>
    new errors.JWTClaimValidationFailed(`unexpected "${claim}" claim value`, payload, claim, "check_failed");
  if (typeof aud !== "string") throw wrong("aud");
  if (typeof sub !== "string" || sub === "") throw wrong("sub");
  if (typeof jti !== "string" || jti === "") throw wrong("jti");
  if (exp === undefined || iat === undefined || exp - iat > TOKEN_MAX_AGE_SECONDS) throw wrong("exp");
  return { ...payload, sub, jti, exp };
}

function bearerOf(authorization: string | null): string {
  const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
  if (token !== undefined) return token;
  throw new Refusal("Only Platz may ask this, by a signed token.", { status: 401 });
}

const folderOf = (url: string) => (url.endsWith("/") ? url : `${url}/`);

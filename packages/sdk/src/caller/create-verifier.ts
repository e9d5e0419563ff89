import { createRemoteJWKSet, customFetch, jwtVerify } from "jose";
import type { Fetch } from "../fetch.ts";
import { Refusal } from "../refusal.ts";
import { surroundings } from "../surroundings.ts";
import type { Verifier } from "./caller.ts";
import { refuseUnsignedInProduction } from "./refuse-unsigned-in-production.ts";
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

/**
 * Checks that a request was signed by Platz for this application: by a key that Platz publishes, for this origin and
 * this deployment, a few minutes ago at most. The keys are remembered and follow rotations by themselves.
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
  return async (request) => {
    const header = request.headers.get("authorization");
    if (header === null && allowUnsigned) {
      warn(
        `@platz/sdk: ${request.method} ${new URL(request.url).pathname} is unsigned, and allowUnsigned lets it in.`,
      );
      return { deploymentId: null, tokenId: null };
    }
    const token = bearerOf(header);
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
      return { deploymentId: payload.sub ?? null, tokenId: payload.jti ?? null };
    } catch (error) {
      throw toRefusal(error);
    }
  };
}

function bearerOf(authorization: string | null): string {
  const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
  if (token !== undefined) return token;
  throw new Refusal("Only Platz may ask this, by a signed token.", { status: 401 });
}

const folderOf = (url: string) => (url.endsWith("/") ? url : `${url}/`);

import { Unauthenticated } from "@platz/domain";
import type { BegunSignIn, SignedIn, SignInAnswer } from "@platz/services";
import type { Logger, Metrics } from "@platz/telemetry";
import { Elysia } from "elysia";
import { page } from "./page.ts";
import { type Problem, problemOf, problemResponse } from "./problem.ts";

/** Signing in through the OpenID provider, whatever stands behind it. */
export interface SignInService {
  begin(browserSecret?: string): Promise<BegunSignIn>;
  finish(answer: SignInAnswer): Promise<SignedIn>;
}

export interface SignInRoutesOptions {
  readonly signIn: SignInService;
  readonly ownUrl: URL;
  readonly log: Logger;
  readonly metrics: Metrics;
}

const COOKIE_SECONDS = 600;

/**
 * `GET /auth/login` sends the browser to the provider and `GET /auth/google/callback` takes it back (the path that
 * providers have registered, API spec 3.5). A cookie that only this origin sees ties the two to one browser. The answer
 * is a page, or JSON with the access token for whoever accepts `application/json`.
 */
export function signInRoutes(options: SignInRoutesOptions) {
  const cookie = signInCookie(options.ownUrl);
  return new Elysia()
    .get("/auth/login", async ({ request }) => {
      try {
        const { redirectUrl, browserSecret } = await options.signIn.begin(cookie.read(request));
        const headers = { location: redirectUrl, "set-cookie": cookie.write(browserSecret) };
        return new Response(null, { status: 302, headers });
      } catch (error) {
        return refusal(request, reported(error, options));
      }
    })
    .get("/auth/google/callback", async ({ request }) => {
      try {
        const answer = answerOf(new URL(request.url).searchParams);
        const signedIn = await options.signIn.finish({ ...answer, browserSecret: cookie.read(request) });
        options.metrics.countSignIn("success");
        return welcome(request, signedIn);
      } catch (error) {
        const problem = reported(error, options);
        options.metrics.countSignIn(problem.isOurs ? "error" : "refused");
        return refusal(request, problem);
      }
    });
}

function answerOf(parameters: URLSearchParams): { readonly code: string; readonly state: string } {
  const [code, state] = [parameters.get("code"), parameters.get("state")];
  if (code && state) return { code, state };
  const error = parameters.get("error") ?? "";
  // A code of the protocol (RFC 6749 4.1.2.1), or nothing: anybody can make an address that leads here.
  const why = /^[a-z_]{1,40}$/.test(error) ? ` (${error})` : "";
  throw new Unauthenticated(`The sign-in provider did not let you in${why}: sign in again.`);
}

function welcome(request: Request, { token, expiresAt, user }: SignedIn): Response {
  if (!wantsJson(request)) {
    return page(200, "Signed in", `You are signed in as ${user.displayName} (${user.email}).`);
  }
  return Response.json({
    access_token: token,
    expires_at: expiresAt.toISOString(),
    user: { id: user.id, email: user.email, display_name: user.displayName },
  });
}

function refusal(request: Request, { status, message }: Problem): Response {
  return wantsJson(request) ? problemResponse(status, message) : page(status, "Not signed in", message);
}

function reported(error: unknown, { log }: SignInRoutesOptions): Problem {
  const problem = problemOf(error);
  if (problem.isOurs) log.error({ error }, "a sign-in failed");
  else log.info({ reason: problem.message, error }, "a sign-in was refused");
  return problem;
}

function wantsJson(request: Request): boolean {
  return request.headers.get("accept")?.includes("application/json") === true;
}

/** The prefix `__Host-` keeps other hosts of the domain from setting it; browsers allow it over https alone. */
function signInCookie(ownUrl: URL) {
  const isSecure = ownUrl.protocol === "https:";
  const name = isSecure ? "__Host-platz_sign_in" : "platz_sign_in";
  const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${COOKIE_SECONDS}${isSecure ? "; Secure" : ""}`;
  return {
    write: (secret: string) => `${name}=${secret}; ${attributes}`,
    read: (request: Request): string | undefined => {
      const pairs = (request.headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
      return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
    },
  };
}

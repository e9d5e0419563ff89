import { ownCookie, sessionCookie } from "@platz/auth";
import { PreconditionFailed } from "@platz/domain";
import {
  type BegunSignIn,
  type ProviderAnswer,
  revokeSession,
  type ServiceContext,
  type SignedIn,
  type SignInAnswer,
  type Visitor,
} from "@platz/services";
import type { Metrics } from "@platz/telemetry";
import { Elysia } from "elysia";
import { factsOf } from "../request-facts.ts";
import { page } from "./page.ts";
import { type Problem, problemOf, problemResponse } from "./problem.ts";

/** Signing in through the OpenID provider, whatever stands behind it. */
export interface SignInService {
  begin(visitor: Visitor & { readonly browserSecret?: string | undefined }): Promise<BegunSignIn>;
  finish(answer: SignInAnswer, visitor: Visitor): Promise<SignedIn>;
}

export interface SignInRoutesOptions {
  readonly signIn: SignInService;
  readonly ownUrl: URL;
  /** Who asks. Throws `Unauthenticated` when nobody does. */
  authenticate(request: Request): Promise<ServiceContext>;
  /** To be called when somebody has signed out. */
  noteChange(): void;
  readonly metrics: Metrics;
}

const ATTEMPT_SECONDS = 600;

/**
 * `GET /auth/login` sends the browser to the provider and `GET /auth/google/callback` takes it back (the path that
 * providers have registered, API spec 3.5). A cookie that only this origin sees ties the two to one browser. A browser
 * is answered with a page and the cookie of its session, whoever accepts `application/json` with an access token.
 * `POST /auth/logout` ends the session that asks.
 */
export function signInRoutes(options: SignInRoutesOptions) {
  const attemptCookie = ownCookie("platz_sign_in", options.ownUrl);
  return new Elysia()
    .get("/auth/login", async ({ request }) => {
      try {
        const known = { browserSecret: attemptCookie.read(request) };
        const { redirectUrl, browserSecret } = await options.signIn.begin({
          ...visitorOf(request),
          ...known,
        });
        const cookie = attemptCookie.write(browserSecret, ATTEMPT_SECONDS);
        return new Response(null, { status: 302, headers: { location: redirectUrl, "set-cookie": cookie } });
      } catch (error) {
        return refusal(request, reported(error, request));
      }
    })
    .get("/auth/google/callback", async ({ request }) => {
      try {
        const answer = {
          ...answerOf(new URL(request.url).searchParams),
          browserSecret: attemptCookie.read(request),
        };
        const signedIn = await options.signIn.finish(answer, visitorOf(request));
        options.metrics.countSignIn("success");
        return welcome(request, signedIn, options.ownUrl);
      } catch (error) {
        const problem = reported(error, request);
        options.metrics.countSignIn(problem.isOurs ? "error" : "refused");
        return refusal(request, problem);
      }
    })
    .post("/auth/logout", async ({ request }) => {
      const headers = { "set-cookie": sessionCookie(options.ownUrl).clear() };
      try {
        await endSession(request, await options.authenticate(request));
        options.noteChange();
        return new Response(null, { status: 204, headers });
      } catch (error) {
        const problem = problemOf(error);
        if (problem.isOurs) factsOf(request).log.error({ error }, "a sign-out failed");
        // Whose session has ended already is signed out, as was asked.
        if (problem.status === 401) return new Response(null, { status: 204, headers });
        return problemResponse(problem);
      }
    });
}

async function endSession(request: Request, context: ServiceContext): Promise<void> {
  const { sessionId } = context.grant;
  if (sessionId === null)
    throw new PreconditionFailed("This token belongs to no session: revoke it instead.");
  const { requestId, address = null } = factsOf(request);
  await revokeSession({ ...context, origin: { action: "auth.logout", requestId, address } }, sessionId);
}

/** Programs are answered with an access token, browsers with a cookie. */
function visitorOf(request: Request): Visitor {
  const { address, requestId } = factsOf(request);
  return {
    kind: wantsJson(request) ? "program" : "browser",
    address,
    requestId,
    userAgent: request.headers.get("user-agent") ?? undefined,
  };
}

function answerOf(parameters: URLSearchParams): ProviderAnswer {
  const [code, state] = [parameters.get("code"), parameters.get("state")];
  return code && state ? { code, state } : { error: parameters.get("error") ?? undefined };
}

function welcome(request: Request, { token, expiresAt, user }: SignedIn, ownUrl: URL): Response {
  if (!wantsJson(request)) {
    const response = page(200, "Signed in", `You are signed in as ${user.displayName} (${user.email}).`);
    const seconds = Math.floor((expiresAt.getTime() - Date.now()) / 1000);
    response.headers.set("set-cookie", sessionCookie(ownUrl).write(token, seconds));
    return response;
  }
  return Response.json({
    access_token: token,
    expires_at: expiresAt.toISOString(),
    user: { id: user.id, email: user.email, display_name: user.displayName },
  });
}

function refusal(request: Request, problem: Problem): Response {
  if (wantsJson(request)) return problemResponse(problem);
  return page(problem.status, "Not signed in", problem.message);
}

function reported(error: unknown, request: Request): Problem {
  const problem = problemOf(error);
  const { log } = factsOf(request);
  if (problem.isOurs) log.error({ error }, "a sign-in failed");
  else log.info({ reason: problem.message, error }, "a sign-in was refused");
  return problem;
}

function wantsJson(request: Request): boolean {
  return request.headers.get("accept")?.includes("application/json") === true;
}

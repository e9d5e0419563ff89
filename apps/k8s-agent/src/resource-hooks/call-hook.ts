import type { OutgoingSigner } from "@platz/auth";
import type { ClaimedChange, HookOutcome } from "@platz/db/queries/resource-hooks";
import { PreconditionFailed } from "@platz/domain";
import { type Egress, EgressError, type EgressResponse } from "@platz/egress";
import { redactor } from "@platz/helm";
import { buildHookRequest, type HookRequest, type ServiceDependencies } from "@platz/services";
import { backoff } from "@platz/worker";

export interface HookDependencies extends Pick<ServiceDependencies, "db" | "keyring"> {
  readonly egress: Egress;
  /** The headers by which an application knows that it is us who call. */
  readonly sign: OutgoingSigner;
  readonly timeoutMs: number;
  /** How often a change is told before it is given up, and the pauses between. */
  readonly attemptsMax: number;
  readonly retry: { readonly firstMs: number; readonly maxMs: number };
}

const ANSWER_BYTES_MAX = 256 * 1024;
const REASON_CHARACTERS_MAX = 2_000;

/** Answers of a 4xx kind that may be of the moment, or of the ingress before the application. */
const mayPass = new Set([404, 408, 423, 425, 429]);

/** Tells an application of one change, by one request. */
export async function callHook(
  deps: HookDependencies,
  claimed: ClaimedChange,
  signal: AbortSignal,
): Promise<HookOutcome> {
  const request = await requestFor(deps, claimed);
  if (request === undefined) return { kind: "agreed" };
  if ("kind" in request) return request;
  try {
    return outcomeOf(deps, await send(deps, { claimed, request, signal }), { claimed, request });
  } catch (error) {
    if (error instanceof EgressError) return tryAgain(deps, claimed, error.message);
    throw error;
  }
}

async function requestFor(
  deps: HookDependencies,
  claimed: ClaimedChange,
): Promise<HookRequest | HookOutcome | undefined> {
  try {
    return await buildHookRequest(deps, claimed);
  } catch (error) {
    if (!(error instanceof PreconditionFailed)) throw error;
    // Nobody was asked, so it counts as no attempt: it waits for as long as it takes.
    const attempt = claimed.resource.syncAttempt - 1;
    return { kind: "again", reason: error.message, attempt, ms: backoff(30, deps.retry) };
  }
}

interface Call {
  readonly claimed: ClaimedChange;
  readonly request: HookRequest;
}

async function send(
  { egress, sign, timeoutMs }: HookDependencies,
  { claimed, request, signal }: Call & { readonly signal: AbortSignal },
): Promise<EgressResponse> {
  const { id, version } = claimed.resource;
  const { method, url } = request;
  const sent = { method, url, body: JSON.stringify(request.body) };
  return await egress.request({
    ...sent,
    headers: {
      ...(await sign(claimed.deploymentId, sent)),
      accept: "application/json",
      "content-type": "application/json",
      // Another change of the resource has another version: the same key means that the same is told again.
      "idempotency-key": `${id}:${version}`,
    },
    timeoutMs,
    maxBytes: ANSWER_BYTES_MAX,
    signal,
  });
}

function outcomeOf(
  deps: HookDependencies,
  { status, text, headers }: EgressResponse,
  { claimed, request }: Call,
): HookOutcome {
  if (status >= 200 && status <= 299) return { kind: "agreed" };
  const said = bounded(redactor(request.confidential)(text.replaceAll("\u0000", "\ufffd")).toWellFormed());
  const reason = `The application answered ${status}${said === "" ? "." : `: ${said}`}`;
  const isRefusal = status >= 400 && status <= 499 && !mayPass.has(status);
  if (isRefusal) return { kind: "failed", reason };
  const again = tryAgain(deps, claimed, reason);
  return again.kind === "again" ? { ...again, ms: Math.max(again.ms, askedPauseMs(deps, headers)) } : again;
}

/** For how long an application asks to be left alone (Retry-After, in seconds), within the longest pause. */
function askedPauseMs({ retry }: HookDependencies, headers: EgressResponse["headers"]): number {
  const seconds = Number(headers["retry-after"] ?? Number.NaN);
  return seconds > 0 ? Math.min(seconds * 1000, retry.maxMs) : 0;
}

/** Another try after a pause, unless it was the last one. */
export function tryAgain(
  { attemptsMax, retry }: HookDependencies,
  { resource: { syncAttempt: attempt } }: ClaimedChange,
  reason: string,
): HookOutcome {
  if (attempt >= attemptsMax) return { kind: "failed", reason: `${reason} It was tried ${attempt} times.` };
  return { kind: "again", reason, attempt, ms: backoff(attempt, retry) };
}

function bounded(text: string): string {
  return text.length > REASON_CHARACTERS_MAX ? `${text.slice(0, REASON_CHARACTERS_MAX)}…` : text;
}

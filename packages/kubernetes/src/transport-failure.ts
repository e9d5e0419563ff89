import { z } from "zod";
import { KubernetesError } from "./kubernetes-error.ts";

/** What it means that there was no answer: a sentence without the address that the runtime's message may hold. */
export function unreachable(cause: unknown, isTimeout: boolean): KubernetesError {
  const why = isTimeout ? "did not answer in time" : `cannot be reached (${reason(cause)})`;
  return new KubernetesError(`The cluster's API server ${why}.`, 0, { cause });
}

function reason(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const found = reasons.find(([pattern]) => pattern.test(code));
  return found?.[1] ?? "network failure";
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/ALTNAME/i, "its certificate is for another name"],
  [/EXPIRED/i, "its certificate has expired"],
  [/CERT|SELF_SIGNED|ISSUER|VERIFY/i, "its certificate is not trusted"],
  [/^(ConnectionRefused|ECONNREFUSED)$/, "connection refused"],
  [/^(ConnectionClosed|ECONNRESET)$/, "it closed the connection"],
  [/^(FailedToOpenSocket|ENOTFOUND|EAI_AGAIN)$|DNS/, "its name or address is not known"],
];

const Status = z.object({ message: z.string() });
const MESSAGE_CHARACTERS_MAX = 500;

/** What the server's refusal says, in its own sentence where it has one: that names object and rule. */
export function refusal(response: Response, method: string, body: string): KubernetesError {
  const { status, headers } = response;
  const message = Status.safeParse(jsonOf(body)).data?.message ?? `HTTP ${status}`;
  const flat = message.replace(/\s+/g, " ").trim();
  const said = flat.length > MESSAGE_CHARACTERS_MAX ? `${flat.slice(0, MESSAGE_CHARACTERS_MAX)}…` : flat;
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return new KubernetesError(
    `The cluster refused ${method}: ${said}`,
    status,
    Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {},
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

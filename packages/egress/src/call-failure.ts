import { EgressError } from "./egress-error.ts";

const certificateCodes = /CERT|SIGNATURE|SELF_SIGNED|ERR_TLS|ERR_SSL|EPROTO|UNABLE_TO_/;

/** What a failed call means to the person who waits for its answer. Everything else about it is in `cause`. */
export function callFailure(cause: unknown, hostname: string, timeoutMs: number | undefined): EgressError {
  if (timeoutMs !== undefined) {
    return new EgressError("timeout", `${hostname} did not answer within ${timeoutMs / 1000} s.`, { cause });
  }
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (certificateCodes.test(code)) {
    return new EgressError("tls", `${hostname} has no certificate that is valid for it.`, { cause });
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "ENODATA") {
    return new EgressError("unreachable", `The name ${hostname} is not known.`, { cause });
  }
  return new EgressError("unreachable", `${hostname} cannot be reached.`, { cause });
}

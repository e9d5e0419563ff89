import type { AppRouter } from "@platz/api";
import type { ErrorKind } from "@platz/domain";
import { TRPCClientError } from "@trpc/client";

/**
 * Whether a call failed with an answer of the API (whose `message` is written for people), and not on the way to it;
 * `kind` narrows it to one kind of failure. `error.data.issues` names the fields that were refused.
 */
export function isClientError(error: unknown, kind?: ErrorKind): error is TRPCClientError<AppRouter> {
  if (!(error instanceof TRPCClientError)) return false;
  const { data } = error as TRPCClientError<AppRouter>;
  return data != null && (kind === undefined || data.kind === kind);
}

import { isUnavailable } from "@platz/db";
import { RegistryError } from "@platz/oci";

/** Whether a failure is an outage of the registry or the database, and not of one chart. */
export function isTransient(error: unknown): boolean {
  if (error instanceof RegistryError) return error.kind === "unreachable" || error.kind === "rate-limited";
  return isUnavailable(error);
}

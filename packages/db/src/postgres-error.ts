import { DomainError } from "@platz/domain";

/** What Postgres says of a failed statement, as far as a caller may act on it. */
interface PostgresError {
  readonly code: string;
  readonly constraint_name?: string;
}

/** The driver's own error, which drizzle leaves on `cause`. */
function postgresError(error: unknown): PostgresError | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ("code" in current && typeof current.code === "string" && /^[0-9A-Z]{5}$/.test(current.code)) {
      return current as Error & PostgresError;
    }
  }
  return undefined;
}

/** Whether a statement failed because such a row exists already; `constraint` narrows it to one rule. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const found = postgresError(error);
  return found?.code === "23505" && (constraint === undefined || found.constraint_name === constraint);
}

/** Whether a statement failed because another row refers to this one, or the row referred to is missing. */
export function isForeignKeyViolation(error: unknown): boolean {
  return postgresError(error)?.code === "23503";
}

/**
 * Whether the database cannot be reached or is shutting down, so that trying again later may work. What lies behind a
 * domain error is not looked at: that has its own sentence, and may have been another server that refused.
 */
export function isUnavailable(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current instanceof DomainError) return false;
    const code = "code" in current ? String(current.code) : "";
    if (/^(ECONN|ENOTFOUND|ETIMEDOUT|CONNECT|CONNECTION_|57P0|08|53300)/.test(code)) return true;
  }
  return false;
}

/** Whether a statement failed because no connection could be had in time. */
export function isConnectTimeout(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ("code" in current && current.code === "CONNECT_TIMEOUT") return true;
  }
  return false;
}

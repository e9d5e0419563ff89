import { sql } from "drizzle-orm";
import type { Database } from "./open-database.ts";

/**
 * Says in the log when the server has offered no TLS, and what passes can be read on the way. Is asked where TLS is no
 * more than preferred. Never rejects.
 */
export async function warnOfPlainConnection(
  db: Pick<Database, "execute">,
  log: { warn(fields: Record<string, unknown>, message: string): void },
): Promise<void> {
  try {
    const own = sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
    const [row] = await db.execute<{ readonly ssl: boolean }>(own, "objects");
    if (row?.ssl !== false) return;
    log.warn(
      {},
      "the connection to the database is not encrypted: the server offers no TLS, and PGSSLMODE only prefers it; set PGSSLMODE=verify-full, or disable where nobody is on the way",
    );
  } catch (error) {
    log.warn({ error }, "whether the connection to the database is encrypted could not be read");
  }
}

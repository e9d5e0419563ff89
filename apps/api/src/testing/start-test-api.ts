import { loadConfig } from "@platz/config";
import type { TestDatabase } from "@platz/db/testing";
import { createLogger } from "@platz/telemetry";
import { type RunningApi, startApi } from "../compose.ts";
import { ApiSettings } from "../settings.ts";

/** Settings with which an API works on a test database, whose sign-in provider is nowhere. */
export function testSettings(url: string, changes: Record<string, string> = {}): ApiSettings {
  return loadConfig(ApiSettings, {
    API_HOST: "127.0.0.1",
    API_PORT: "0",
    PLATZ_OWN_URL: "http://127.0.0.1:3000",
    OIDC_SERVER_URL: "http://127.0.0.1:9",
    OIDC_CLIENT_ID: "platz",
    OIDC_CLIENT_SECRET: "secret",
    PLATZ_ENCRYPTION_KEYS: `test:${btoa("k".repeat(32))}`,
    DATABASE_URL: url,
    API_SHUTDOWN_GRACE: "200ms",
    ...changes,
  });
}

export interface TestApi extends RunningApi {
  readonly url: string;
  /** What it has logged, by line. */
  readonly lines: readonly string[];
}

/** The API as a process runs it, on a port of its own. */
export async function startTestApi(
  db: TestDatabase,
  changes: Record<string, string> = {},
  asked?: AbortSignal,
): Promise<TestApi> {
  const lines: string[] = [];
  const log = createLogger({
    name: "api",
    level: "debug",
    destination: { write: (line) => lines.push(line) },
  });
  const api = await startApi(testSettings(db.url, changes), { log, ...(asked ? { asked } : {}) });
  return Object.assign(api, { url: `http://127.0.0.1:${api.port}`, lines });
}

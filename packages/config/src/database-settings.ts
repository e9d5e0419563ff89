import { readFileSync } from "node:fs";
import * as tls from "node:tls";
import { z } from "zod";
import { ConfigError } from "./load-config.ts";
import { isLoopback } from "./loopback.ts";

const tlsModes = ["disable", "prefer", "require", "verify-ca", "verify-full"] as const;
type TlsMode = (typeof tlsModes)[number];

const TlsMode = z
  .string()
  .transform((text) => text.toLowerCase().replaceAll("_", "-"))
  .pipe(z.enum(tlsModes, `must be one of ${tlsModes.join(", ")}`));

const whole = (min: number) => z.coerce.number("must be a number").int("must be a whole number").min(min);

/** How every process finds the database (API spec 1.2 and 1.4); spread these into the process's own settings. */
export const databaseSettings = {
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, message: "must be a postgres:// address" })
    .optional()
    .describe("Address of the database; it wins over PGHOST and the like."),
  PGHOST: z.string().optional().describe("Host of the database, when DATABASE_URL is not set."),
  PGPORT: whole(1).max(65535).prefault("5432").describe("Port of the database."),
  PGUSER: z.string().optional().describe("User of the database."),
  PGPASSWORD: z.string().optional().describe("Password of the database."),
  PGDATABASE: z.string().optional().describe("Name of the database."),
  PGSSLMODE: TlsMode.optional().describe(
    "TLS to the database: disable, prefer, require, verify-ca or verify-full; prefer when not set, which goes without where the server offers none, and says so in the log.",
  ),
  PGSSLROOTCERT: z
    .string()
    .optional()
    .describe("File of PEM certificates to trust with verify-ca and verify-full; the system's when not set."),
  DB_POOL_MAX_SIZE: whole(1).max(1000).prefault("50").describe("Connections at most."),
  DB_POOL_CONNECTION_TIMEOUT_SECS: whole(1).prefault("30").describe("Seconds to wait for a connection."),
  DB_POOL_IDLE_TIMEOUT_SECS: whole(1).prefault("600").describe("Seconds that an idle connection is kept."),
  DB_POOL_MAX_LIFETIME_SECS: whole(1).prefault("1800").describe("Seconds that a connection is kept at most."),
};

export const DatabaseSettings = z.object(databaseSettings);
export type DatabaseSettings = z.output<typeof DatabaseSettings>;

/** How to check the server's certificate, in the driver's words. */
export type DatabaseTls =
  | false
  | "prefer"
  | "require"
  | {
      readonly rejectUnauthorized: true;
      readonly ca: string[];
      /** Says what is wrong with the name in a certificate that is trusted; absent: it must be the host's. */
      readonly checkServerIdentity?: () => undefined;
    };

/** What `openDatabase` of `@platz/db` takes. */
export interface DatabaseTarget {
  readonly url: string;
  /** Whether it is beyond this machine, and TLS is used only if the server offers it. */
  readonly mayBePlain: boolean;
  readonly options: {
    readonly max: number;
    readonly connectTimeoutSeconds: number;
    readonly idleTimeoutSeconds: number;
    readonly maxLifetimeSeconds: number;
    readonly tls: DatabaseTls;
  };
}

/**
 * Address and options of the database from its settings. Throws a `ConfigError` for what the schema cannot see: no
 * address at all, an `sslmode` in the address that does not exist, an unreadable certificate file.
 */
export function databaseTarget(settings: DatabaseSettings): DatabaseTarget {
  const url = new URL(settings.DATABASE_URL ?? joinedUrl(settings));
  const inUrl = url.searchParams.get("sslmode");
  const rootCert = settings.PGSSLROOTCERT ?? url.searchParams.get("sslrootcert") ?? undefined;
  // The driver would send these on to the server, or read them in its own way.
  url.searchParams.delete("sslmode");
  url.searchParams.delete("sslrootcert");
  const mode = settings.PGSSLMODE ?? (inUrl === null ? "prefer" : modeOfUrl(inUrl));
  return {
    url: url.href,
    // The folder of a Unix socket is encoded in the place of the host.
    mayBePlain: mode === "prefer" && !isLoopback(url.hostname) && !url.hostname.startsWith("%2F"),
    options: {
      max: settings.DB_POOL_MAX_SIZE,
      connectTimeoutSeconds: settings.DB_POOL_CONNECTION_TIMEOUT_SECS,
      idleTimeoutSeconds: settings.DB_POOL_IDLE_TIMEOUT_SECS,
      maxLifetimeSeconds: settings.DB_POOL_MAX_LIFETIME_SECS,
      tls: tlsOf(mode, rootCert),
    },
  };
}

function joinedUrl(settings: DatabaseSettings): string {
  const { PGHOST: host, PGUSER: user, PGPASSWORD: password, PGDATABASE: database } = settings;
  if (host === undefined || user === undefined || database === undefined) {
    throw new ConfigError("DATABASE_URL: is not set; set it, or PGHOST, PGUSER, PGPASSWORD and PGDATABASE");
  }
  const login = [user, ...(password === undefined ? [] : [password])].map(encodeURIComponent).join(":");
  const address = host.includes(":") && !host.startsWith("[") ? `[${host}]` : encodeHost(host);
  return `postgres://${login}@${address}:${settings.PGPORT}/${encodeURIComponent(database)}`;
}

/** A host that begins with a slash is the folder of a Unix socket, which an address can only hold encoded. */
function encodeHost(host: string): string {
  return host.startsWith("[") ? host : encodeURIComponent(host);
}

function modeOfUrl(text: string): TlsMode {
  const mode = TlsMode.safeParse(text);
  if (mode.success) return mode.data;
  throw new ConfigError(`DATABASE_URL: its sslmode must be one of ${tlsModes.join(", ")}`);
}

function tlsOf(mode: TlsMode, rootCert: string | undefined): DatabaseTls {
  if (mode === "disable") return false;
  if (mode === "prefer" || mode === "require") return mode;
  return {
    rejectUnauthorized: true,
    ca: rootCert === undefined ? systemCertificates() : certificatesOf(rootCert),
    ...(mode === "verify-ca" ? { checkServerIdentity: () => undefined } : {}),
  };
}

function systemCertificates(): string[] {
  // Node before 22.15 cannot ask the system; its own list is the next best.
  const { getCACertificates }: Partial<typeof tls> = tls;
  const ca = getCACertificates?.("system") ?? [...tls.rootCertificates];
  if (ca.length > 0) return ca;
  throw new ConfigError("PGSSLROOTCERT: is not set, and this system trusts no certificate; name a PEM file");
}

function certificatesOf(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError("PGSSLROOTCERT: the file cannot be read", { cause });
  }
  const found = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);
  if (found === null) throw new ConfigError("PGSSLROOTCERT: the file holds no PEM certificate");
  return [...found];
}

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chown, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { runCommand } from "../../toolchain/run-command.ts";
import { type Child, startChild } from "../child-process.ts";
import { waitUntil } from "../wait-until.ts";
import { type Account, reaches, serverAccount } from "./postgres-account.ts";
import { copyOfBinaries, embeddedPostgres, POSTGRES_MAJOR } from "./postgres-binaries.ts";

export interface LocalPostgres extends AsyncDisposable {
  /** A superuser's address of the database `platz`. */
  readonly url: string;
  readonly children: readonly Child[];
}

export interface PostgresOptions {
  readonly folder: string;
  readonly logFolder: string;
  readonly port: number;
  readonly password: string;
  /** Further settings of the server, as `name=value`. */
  readonly settings?: readonly string[];
  /** Told when files had to go elsewhere. */
  readonly report?: (line: string) => void;
}

const USER = "platz";

/**
 * A real PostgreSQL on loopback, its data in `folder`. PostgreSQL refuses to run as root: as root it runs as another
 * user, and binaries and data move to where that user can go when this checkout is closed to others. A folder of
 * another major version is refused with what to do about it, never touched.
 */
export async function startPostgres(options: PostgresOptions): Promise<LocalPostgres> {
  const account = await serverAccount();
  const { native, data } = await places(options, account);
  await requireVersion(data);
  if (!existsSync(join(data, "PG_VERSION"))) await initialise({ native, data, account, options });
  const settings = [
    "listen_addresses=127.0.0.1",
    // No socket file: several stacks run side by side, told apart by their ports.
    "unix_socket_directories=",
    "max_connections=300",
    ...(options.settings ?? []),
  ];
  const child = await startChild({
    name: "postgres",
    command: [
      join(native, "bin", "postgres"),
      "-D",
      data,
      "-p",
      String(options.port),
      ...settings.flatMap((setting) => ["-c", setting]),
    ],
    cwd: data,
    logFolder: options.logFolder,
    stopSignal: "SIGINT",
    ...(account === undefined ? {} : { user: account }),
  });
  const url = `postgres://${USER}:${options.password}@127.0.0.1:${options.port}/${USER}`;
  await waitUntil("PostgreSQL", () => ensureDatabase(url), { timeoutMs: 60_000, of: child });
  return { url, children: [child], [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}

/** Where binaries and data are, reachable for whom the server runs as. */
async function places(options: PostgresOptions, account: Account | undefined) {
  const native = await embeddedPostgres();
  await mkdir(options.folder, { recursive: true });
  if (account === undefined) return { native, data: options.folder };
  const [binariesReached, dataReached] = await Promise.all([
    reaches(account, join(native, "bin", "postgres")),
    reaches(account, options.folder),
  ]);
  const elsewhere = openFolder(options.folder);
  if (!(binariesReached && dataReached)) {
    await mkdir(elsewhere, { recursive: true, mode: 0o755 });
    options.report?.(
      `PostgreSQL runs as ${account.name}, who cannot enter ${dataReached ? native : options.folder}: its files are in ${elsewhere}`,
    );
  }
  const data = dataReached ? options.folder : join(elsewhere, "data");
  await mkdir(data, { recursive: true });
  await chown(data, account.uid, account.gid);
  return { native: binariesReached ? native : await copyOfBinaries(native, elsewhere), data };
}

/** The folder outside of the checkout that stands in for `folder` when others cannot enter it. */
function openFolder(folder: string): string {
  const id = createHash("sha256").update(folder).digest("hex").slice(0, 12);
  return join(tmpdir(), `platz-postgres-${id}`);
}

/** Removes what a server of this folder may have left outside of it. */
export async function resetPostgres(folder: string): Promise<void> {
  await rm(openFolder(folder), { recursive: true, force: true });
}

async function requireVersion(data: string): Promise<void> {
  const file = join(data, "PG_VERSION");
  const version = existsSync(file) ? (await readFile(file, "utf8")).trim() : POSTGRES_MAJOR;
  if (version === POSTGRES_MAJOR) return;
  throw new Error(
    `The database folder ${data} was made by PostgreSQL ${version}, and this is ${POSTGRES_MAJOR}: ` +
      "move it away to keep it, or clear all state with `npm start -- --reset`.",
  );
}

interface Initialise {
  readonly native: string;
  readonly data: string;
  readonly account: Account | undefined;
  readonly options: PostgresOptions;
}

async function initialise({ native, data, account, options }: Initialise): Promise<void> {
  const passwordFile = join(data, "..", `.postgres-password-${process.pid}`);
  await writeFile(passwordFile, options.password, { mode: 0o600 });
  if (account !== undefined) await chown(passwordFile, account.uid, account.gid);
  const initdb = [
    join(native, "bin", "initdb"),
    ...["-D", data, "-U", USER, "--pwfile", passwordFile, "--auth=scram-sha-256"],
    ...["--encoding=UTF8", "--locale=C", "--no-sync"],
  ] as const;
  try {
    const result = await runCommand(account === undefined ? [...initdb] : account.as(initdb), { cwd: "/" });
    if (result.code === 0) return;
    await rm(data, { recursive: true, force: true });
    throw new Error(`initdb failed: ${result.output.trim().split("\n").slice(-2).join(" ")}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function ensureDatabase(url: string): Promise<boolean> {
  const admin = new URL(url);
  admin.pathname = "/postgres";
  const sql = postgres(admin.href, { max: 1, connect_timeout: 2, onnotice: () => {} });
  try {
    const found = await sql`select 1 from pg_database where datname = ${USER}`;
    if (found.length === 0) await sql.unsafe(`create database ${USER}`);
    return true;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

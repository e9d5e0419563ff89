import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chown, lstat, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { runCommand } from "../../toolchain/run-command.ts";
import { type Child, startChild } from "../child-process.ts";
import { isAlive } from "../stack-file.ts";
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
  await requireUnused(data);
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
    reaches(account, dirname(options.folder)),
  ]);
  const elsewhere = openFolder(options.folder);
  if (!(binariesReached && dataReached)) {
    await makeOpenFolder(elsewhere);
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
  const place = existsSync(KEPT_TEMPORARY) ? KEPT_TEMPORARY : tmpdir();
  return join(place, `platz-postgres-${id}`);
}

/** Unlike `/tmp` this outlives a reboot, as the rest of the local stack's state does. */
const KEPT_TEMPORARY = "/var/tmp";

/** The name can be guessed, and others may write where it is: a folder that they made before us is refused. */
async function makeOpenFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o755 });
  const found = await lstat(path);
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return;
  throw new Error(`${path} belongs to somebody else, or others may write to it: remove it and start again.`);
}

/** A server that was killed a moment ago may still be ending: it is waited for. */
async function requireUnused(data: string): Promise<void> {
  const file = join(data, "postmaster.pid");
  const holder = async () =>
    existsSync(file) ? Number((await readFile(file, "utf8")).split("\n", 1)[0]) : undefined;
  const pid = await holder();
  if (pid === undefined || !isAlive(pid)) return;
  const ended = async () => !(isAlive(pid) && (await holder()) === pid);
  await waitUntil("The end of the last server", ended, { timeoutMs: 5_000 }).catch(() => {
    throw new Error(`The database folder ${data} is in use by process ${pid}: stop that one first.`);
  });
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

/** Makes the data folder beside its place and moves it there whole: an interrupted attempt is begun again. */
async function initialise({ native, data, account, options }: Initialise): Promise<void> {
  const draft = `${data}.part`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  if (account !== undefined) await chown(draft, account.uid, account.gid);
  const passwordFile = join(data, "..", `.postgres-password-${process.pid}`);
  await writeFile(passwordFile, options.password, { mode: 0o600 });
  if (account !== undefined) await chown(passwordFile, account.uid, account.gid);
  const initdb = [
    join(native, "bin", "initdb"),
    ...["-D", draft, "-U", USER, "--pwfile", passwordFile, "--auth=scram-sha-256"],
    ...["--encoding=UTF8", "--locale=C", "--no-sync"],
  ] as const;
  try {
    const result = await runCommand(account === undefined ? [...initdb] : account.as(initdb), { cwd: "/" });
    if (result.code !== 0) {
      await rm(draft, { recursive: true, force: true });
      throw new Error(`initdb failed: ${result.output.trim().split("\n").slice(-2).join(" ")}`);
    }
    // Over an empty folder, which is what stands there.
    await rename(draft, data);
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

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { freePort } from "../choose-port.ts";
import { isAlive } from "../stack-file.ts";
import { waitUntil } from "../wait-until.ts";
import { resetPostgres, startPostgres } from "./postgres.ts";
import { restoreSymlinks } from "./postgres-binaries.ts";

/** A folder that PostgreSQL's user may pass through, with places for data and logs, removed when disposed. */
async function testPlace() {
  const top = await mkdtemp(join(tmpdir(), "platz-postgres-test-"));
  await chmod(top, 0o711);
  const options = async () => ({
    folder: join(top, "postgres"),
    logFolder: top,
    port: await freePort(),
    password: "secret",
    settings: ["fsync=off"],
  });
  const dispose = () => rm(top, { recursive: true, force: true });
  return { top, options, [Symbol.asyncDispose]: dispose };
}

async function ask(url: string, query: string): Promise<unknown[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return [...(await sql.unsafe(query))];
  } finally {
    await sql.end();
  }
}

test("what is written is there after a restart, and after a kill that the next start does not wait out", async () => {
  await using place = await testPlace();
  const first = await place.options();
  {
    await using server = await startPostgres(first);
    await ask(server.url, "create table notes as select 'kept' as note");
  }
  const holder = join(import.meta.dirname, "..", "testing", "hold-postgres.ts");
  const parent = Bun.spawn([process.execPath, holder, first.folder, place.top, String(await freePort())], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const { value } = await parent.stdout.getReader().read();
  const held = JSON.parse(new TextDecoder().decode(value)) as { url: string; pid: number };
  await ask(held.url, "insert into notes values ('also kept')");
  parent.kill("SIGKILL");
  await using server = await startPostgres(await place.options());
  expect(isAlive(held.pid)).toBe(false);
  expect(await ask(server.url, "select note from notes order by note")).toEqual([
    { note: "also kept" },
    { note: "kept" },
  ]);
});

test("a wrong password does not get in", async () => {
  await using place = await testPlace();
  await using server = await startPostgres(await place.options());
  const attempt = ask(server.url.replace("secret", "guess"), "select 1");
  expect(await attempt.catch(String)).toContain("password authentication failed");
});

test("a folder of another major version is refused with what to do about it, and not touched", async () => {
  await using place = await testPlace();
  const options = await place.options();
  await mkdir(options.folder);
  await writeFile(join(options.folder, "PG_VERSION"), "16\n");
  const message = await startPostgres(options).catch(String);
  expect(message).toContain("was made by PostgreSQL 16, and this is 18");
  expect(message).toContain("npm start -- --reset");
  expect(await readdir(options.folder)).toEqual(["PG_VERSION"]);
});

test("a folder whose making was interrupted is made anew", async () => {
  await using place = await testPlace();
  const options = await place.options();
  // What initdb leaves when it is killed at its beginning.
  await mkdir(`${options.folder}.part`);
  await writeFile(join(`${options.folder}.part`, "PG_VERSION"), "18\n");
  await using server = await startPostgres(options);
  expect(await ask(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
  expect(existsSync(`${options.folder}.part`)).toBe(false);
});

test("a second server on the same folder is refused, naming the process that has it", async () => {
  await using place = await testPlace();
  const options = await place.options();
  await using server = await startPostgres(options);
  const second = await startPostgres({ ...options, port: await freePort() }).catch(String);
  expect(second).toMatch(/is in use by process \d+: stop that one first\./);
  expect(await ask(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
}, 30_000);

test("in a folder that others cannot enter it works too, and as root it says where the files went", async () => {
  await using place = await testPlace();
  await chmod(place.top, 0o700);
  const options = await place.options();
  const said: string[] = [];
  try {
    await using server = await startPostgres({ ...options, report: (line) => said.push(line) });
    expect(await ask(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(said.length).toBe(process.getuid?.() === 0 ? 1 : 0);
    expect(said.join()).toMatch(/^$|who cannot enter .+: its files are in .+/);
  } finally {
    await resetPostgres(options.folder);
  }
});

test("links that a blocked install script did not make are made", async () => {
  await using place = await testPlace();
  const native = join(place.top, "native");
  await mkdir(join(native, "lib"), { recursive: true });
  await writeFile(join(native, "lib", "libx.so.1.2"), "library");
  const links = [{ source: "native/lib/libx.so.1.2", target: "native/lib/libx.so.1" }];
  await writeFile(join(native, "pg-symlinks.json"), JSON.stringify(links));
  await Promise.all([restoreSymlinks(native), restoreSymlinks(native)]);
  expect(await readFile(join(native, "lib", "libx.so.1"), "utf8")).toBe("library");
});

test("a killed parent leaves no server", async () => {
  await using place = await testPlace();
  const { folder } = await place.options();
  const holder = join(import.meta.dirname, "..", "testing", "hold-postgres.ts");
  const parent = Bun.spawn([process.execPath, holder, folder, place.top, String(await freePort())], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const { value } = await parent.stdout.getReader().read();
  const { pid } = JSON.parse(new TextDecoder().decode(value)) as { pid: number };
  parent.kill("SIGKILL");
  await waitUntil("The end of the server", async () => !isAlive(pid), { timeoutMs: 10_000 });
});

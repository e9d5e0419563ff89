import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSettings, databaseTarget, loadConfig } from "../packages/config/src/index.ts";
import { listen, openDatabase } from "../packages/db/src/index.ts";
import { testCertificate } from "../packages/egress/src/testing/test-certificate.ts";
import { freePort } from "../scripts/local-stack/choose-port.ts";
import { startPostgres } from "../scripts/local-stack/parts/postgres.ts";
import { serverAccount } from "../scripts/local-stack/parts/postgres-account.ts";

const made = new AsyncDisposableStack();
/** The address of a server with TLS by its name, of the same by its number, and of one without TLS. */
let byName: string;
let byNumber: string;
let plain: string;
/** Files of the certificate that the server has, and of another. */
let trusted: string;
let other: string;

beforeAll(async () => {
  const top = await mkdtemp(join(tmpdir(), "platz-tls-"));
  made.defer(() => rm(top, { recursive: true, force: true }));
  await chmod(top, 0o711);
  const { cert, key } = await testCertificate("localhost");
  trusted = join(top, "server.crt");
  other = join(top, "other.crt");
  const keyFile = join(top, "server.key");
  await writeFile(trusted, cert);
  await writeFile(other, (await testCertificate("localhost")).cert);
  await writeFile(keyFile, key, { mode: 0o600 });
  const account = await serverAccount();
  if (account) await chown(keyFile, account.uid, account.gid);
  const start = async (name: string, settings: string[]) =>
    made.use(
      await startPostgres({
        folder: join(top, name),
        logFolder: top,
        port: await freePort(),
        password: "secret",
        settings: ["fsync=off", ...settings],
      }),
    ).url;
  byNumber = await start("tls", ["ssl=on", `ssl_cert_file=${trusted}`, `ssl_key_file=${keyFile}`]);
  byName = byNumber.replace("127.0.0.1", "localhost");
  plain = await start("plain", []);
}, 60_000);
afterAll(() => made.disposeAsync());

/** Whether the pool, and the connection that listens, are encrypted under these settings. */
async function encrypted(env: Record<string, string>): Promise<boolean[]> {
  const { url, options } = databaseTarget(loadConfig(DatabaseSettings, env));
  await using db = openDatabase(url, { ...options, max: 1, connectTimeoutSeconds: 5 });
  const listens = Promise.withResolvers<void>();
  await using _listening = listen(db, { onChange: () => {}, onResync: listens.resolve });
  // What cannot connect at all fails here, and listens never.
  await db.$client`select 1`;
  await listens.promise;
  const rows = await db.$client<{ ssl: boolean }[]>`
    select s.ssl from pg_stat_ssl s join pg_stat_activity a using (pid) where a.application_name = 'platz'`;
  return rows.map(({ ssl }) => ssl);
}

const verifying = (url: string, file: string) =>
  encrypted({ DATABASE_URL: url, PGSSLMODE: "verify-full", PGSSLROOTCERT: file });

test("disable speaks in the clear, prefer and require encrypt, for queries and for listening alike", async () => {
  expect(await encrypted({ DATABASE_URL: byName, PGSSLMODE: "disable" })).toEqual([false, false]);
  expect(await encrypted({ DATABASE_URL: byName, PGSSLMODE: "prefer" })).toEqual([true, true]);
  expect(await encrypted({ DATABASE_URL: byName, PGSSLMODE: "require" })).toEqual([true, true]);
});

test("a server without TLS is good enough for prefer, and not for require or verify-full", async () => {
  expect(await encrypted({ DATABASE_URL: plain, PGSSLMODE: "prefer" })).toEqual([false, false]);
  await expect(encrypted({ DATABASE_URL: plain, PGSSLMODE: "require" })).rejects.toThrow();
  await expect(verifying(plain, trusted)).rejects.toThrow();
});

test("verify-full wants a certificate that is trusted, for the very name that was asked", async () => {
  expect(await verifying(byName, trusted)).toEqual([true, true]);
  await expect(verifying(byName, other)).rejects.toThrow();
  await expect(verifying(byNumber, trusted)).rejects.toThrow();
});

test("verify-ca wants a certificate that is trusted, whatever name it is for", async () => {
  const checking = (url: string, file: string) =>
    encrypted({ DATABASE_URL: url, PGSSLMODE: "verify-ca", PGSSLROOTCERT: file });
  expect(await checking(byNumber, trusted)).toEqual([true, true]);
  await expect(checking(byName, other)).rejects.toThrow();
  await expect(checking(plain, trusted)).rejects.toThrow();
});

import { expect, test } from "bun:test";
import { createSigningKeys } from "@platz/auth";
import { signingKeys } from "@platz/db/schema";
import { createTestDatabase } from "@platz/db/testing";
import { createKeyRing } from "@platz/sealing";
import { chainAuditLog, signingKeyStore } from "@platz/services";

const run = async (args: readonly string[], env: Record<string, string>) => {
  const script = new URL("./db.ts", import.meta.url).pathname;
  const child = Bun.spawn([process.execPath, script, ...args], { env, stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { out, err, status: await child.exited };
};
const oldKey = `old:${btoa("o".repeat(32))}`;
const newKey = `new:${btoa("n".repeat(32))}`;

test("an operator makes a signing key, seals it with a new encryption key, and needs the old one no more", async () => {
  await using db = await createTestDatabase();
  const env = (keys: string) => ({ DATABASE_URL: db.url, PLATZ_ENCRYPTION_KEYS: keys });
  const made = await run(["rotate-signing-keys", "outgoing"], env(oldKey));
  expect(made).toMatchObject({ status: 0, out: "A new key signs; 0 retired.\n" });
  const withoutOld = await run(["rotate"], env(newKey));
  expect(withoutOld.status).toBe(1);
  expect(withoutOld.err).toContain('sealed with key "old", which is not in the key ring');
  const rotated = await run(["rotate"], env(`${newKey},${oldKey}`));
  expect(rotated.status).toBe(0);
  expect(rotated.out).toContain("signing_keys: 1 rows sealed anew");
  expect((await db.select().from(signingKeys))[0]?.sealedKey).toStartWith("platz1.new.");
  expect((await run(["rotate"], env(newKey))).status).toBe(0);
});

test("a setting that is missing is named, and --help lists the commands", async () => {
  expect(await run(["rotate"], {})).toMatchObject({
    status: 1,
    err: "Set DATABASE_URL: npm run db needs it for this.\n",
  });
  const { out } = await run(["--help"], {});
  for (const name of ["migrate", "rotate", "seal-past", "rotate-signing-keys", "verify-audit", "prune-audit"])
    expect(out).toContain(name);
});

test("an operator verifies the audit log, is told the first entry that was changed, and deletes what is old", async () => {
  await using db = await createTestDatabase();
  const env = { DATABASE_URL: db.url, PLATZ_ENCRYPTION_KEYS: oldKey };
  const keyring = createKeyRing(oldKey);
  const now = () => new Date();
  const keys = createSigningKeys(signingKeyStore({ db, keyring, now }, "audit"));
  const insert = (action: string, daysAgo: number) => db.$client`
    insert into audit_log (actor_label, action, outcome, created_at)
    values ('somebody', ${action}, 'Done', now() - ${daysAgo} * interval '1 day')`;
  await insert("first", 400);
  await insert("second", 1);
  await chainAuditLog({ db, keys, now });
  const good = await run(["verify-audit"], env);
  expect(good).toMatchObject({ status: 0, err: "" });
  expect(good.out).toContain("3 links from position 1 on were looked at; the chain ends at 3:");
  expect(good.out).toContain("The audit log is as it was chained.");
  const head = /ends at (\S+)/.exec(good.out)?.[1] ?? "";
  expect(await run(["verify-audit", "--head", head], env)).toMatchObject({ status: 0 });

  expect((await run(["prune-audit", "--before", "not a time"], env)).status).toBe(1);
  const before = new Date(Date.now() - 30 * 86_400_000).toISOString();
  const pruned = await run(["prune-audit", "--before", before], env);
  expect(pruned).toMatchObject({ status: 0, out: `1 entries from before ${before} were deleted.\n` });
  const rest = await run(["verify-audit", "--head", head], env);
  expect(rest.status).toBe(0);
  expect(rest.out).toContain("from position 2 on");

  await db.$client`update audit_log set actor_label = 'nobody' where action = 'second'`;
  const changed = await run(["verify-audit"], env);
  expect(changed.status).toBe(1);
  expect(changed.err).toMatch(
    /^The entry [0-9a-f-]+ \(second by nobody\), chained at position 2, was changed\.\n$/,
  );
  const cut = await run(["verify-audit", "--head", `9${head}`], env);
  expect(cut.status).toBe(1);
});

test("an operator looks once more for secrets that stand in the open, and is told how many there were", async () => {
  await using db = await createTestDatabase();
  const env = { DATABASE_URL: db.url, PLATZ_ENCRYPTION_KEYS: oldKey };
  expect(await run(["seal-past"], env)).toEqual({
    status: 0,
    err: "",
    out: ["deployments", "tasks", "auditEntries"]
      .map((what) => `${what}: 0 held a secret in the open\n`)
      .join(""),
  });
});

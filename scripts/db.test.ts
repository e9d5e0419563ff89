import { expect, test } from "bun:test";
import { signingKeys } from "@platz/db/schema";
import { createTestDatabase } from "@platz/db/testing";

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
  for (const name of ["migrate", "generate", "rotate", "rotate-signing-keys"]) expect(out).toContain(name);
});

/** `npm run db -- <command>`: the schema, and the keys of what is sealed in the database. */
import { createSigningKeys, type SigningKeyUse } from "@platz/auth";
import { type Database, migrateDatabase, openDatabase, type Queryable } from "@platz/db";
import { createKeyRing } from "@platz/sealing";
import {
  type KeptHead,
  pruneAudit,
  rotateSealed,
  rotateSigningKeys,
  sealPast,
  signingKeyStore,
  verifyAudit,
} from "@platz/services";
import { Argument, Command, InvalidArgumentError } from "commander";

const top = new URL("..", import.meta.url).pathname;

const command = new Command("npm run db --").description(
  "Works on the database that DATABASE_URL names; what is sealed needs PLATZ_ENCRYPTION_KEYS too.",
);

command
  .command("migrate")
  .description("brings the schema up to date")
  .action(async () => {
    await migrateDatabase(required("DATABASE_URL"));
    console.log("The schema is up to date.");
  });

for (const name of ["generate", "check"]) {
  command
    .command(name)
    .description(name === "generate" ? "writes a migration from the schema" : "checks the migrations")
    .allowUnknownOption()
    .argument("[options...]", "options of drizzle-kit, such as --name WHAT")
    .action(async (options: string[]) => {
      const kit = Bun.spawn([process.execPath, "x", "drizzle-kit", name, ...options], {
        cwd: `${top}packages/db`,
        stdio: ["inherit", "inherit", "inherit"],
      });
      process.exitCode = await kit.exited;
    });
}

command
  .command("rotate")
  .description(
    "seals anew, with the first of PLATZ_ENCRYPTION_KEYS, whatever an older one of them sealed; it may run beside everything else",
  )
  .action(() =>
    withDatabase(async (db) => {
      const keyring = createKeyRing(required("PLATZ_ENCRYPTION_KEYS"));
      const counts = Object.entries(await rotateSealed({ db, keyring }));
      for (const [table, count] of counts) console.log(`${table}: ${count} rows sealed anew`);
      console.log(`Everything is sealed with the key "${keyring.currentKeyId}".`);
    }),
  );

command
  .command("seal-past")
  .description(
    "looks once more for secrets that versions before this one wrote in the open, seals them and takes them out of the audit log; the API does it by itself when it starts",
  )
  .action(() =>
    withDatabase(async (db) => {
      const keyring = createKeyRing(required("PLATZ_ENCRYPTION_KEYS"));
      const log = { info() {}, warn: (fields: object, text: string) => console.error(text, fields) };
      const counts = Object.entries((await sealPast({ db, keyring, log }, { again: true })) ?? {});
      for (const [what, count] of counts) console.log(`${what}: ${count} held a secret in the open`);
    }),
  );

command
  .command("rotate-signing-keys")
  .description("makes a new signing key; what the old ones signed stays good until it runs out")
  .addArgument(new Argument("<use>", "what is signed").choices(["access", "outgoing"]))
  .option("--revoke", "let nothing count that the old keys signed: everybody has to sign in again")
  .action((use: SigningKeyUse, { revoke = false }: { readonly revoke?: boolean }) =>
    withDatabase(async (db) => {
      const keyring = createKeyRing(required("PLATZ_ENCRYPTION_KEYS"));
      const retired = await rotateSigningKeys({ db, keyring, now: () => new Date() }, use, { revoke });
      console.log(`A new key signs; ${retired} ${revoke ? "revoked" : "retired"}.`);
    }),
  );

command
  .command("verify-audit")
  .description("looks whether the audit log is as it was chained, and names the first entry that is not")
  .option(
    "--head <position:hash>",
    "a head that was kept elsewhere: shows too whether the end was cut off",
    (text): KeptHead => {
      const [, position, hash = ""] = /^(\d+):([\w-]+)$/.exec(text) ?? [];
      if (position === undefined) throw new InvalidArgumentError("It looks like 1234:hash.");
      return { position: Number(position), hash };
    },
  )
  .action(({ head }: { readonly head?: KeptHead }) =>
    withDatabase(async (db) => {
      // One state of the log, however much is written meanwhile.
      const isolation = { isolationLevel: "repeatable read", accessMode: "read only" } as const;
      const verified = await db.transaction((db) => verifyAudit(db, auditKeys(db), head), isolation);
      const { links, from, head: now, keptHead, fault } = verified;
      console.log(
        `${links} links from position ${from} on were looked at; the chain ends at ${now.position}:${now.hash}`,
      );
      console.log(`${now.waiting} entries wait to be chained.`);
      if (head === undefined) console.log("Give --head to see as well whether the end was cut off.");
      if (keptHead === "pruned")
        console.log("The given head is from before the last checkpoint: it shows nothing.");
      if (fault === undefined) return console.log("The audit log is as it was chained.");
      console.error(fault);
      process.exitCode = 1;
    }),
  );

command
  .command("prune-audit")
  .description(
    "deletes what is old of the audit log, and leaves a checkpoint from which the rest is verified",
  )
  .requiredOption("--before <time>", "what is from before this, as 2026-01-01", (text) => {
    const before = new Date(text);
    if (Number.isNaN(before.getTime()) || before > new Date()) {
      throw new InvalidArgumentError("It looks like 2026-01-01, and has passed.");
    }
    return before;
  })
  .action(({ before }: { readonly before: Date }) =>
    withDatabase(async (db) => {
      const deleted = await pruneAudit({ db, keys: auditKeys(db), now: () => new Date() }, before);
      console.log(`${deleted} entries from before ${before.toISOString()} were deleted.`);
    }),
  );

/** The keys of the chain, read by the given connection or transaction. */
function auditKeys(db: Pick<Database, "transaction"> & Queryable) {
  const keyring = createKeyRing(required("PLATZ_ENCRYPTION_KEYS"));
  return createSigningKeys(signingKeyStore({ db, keyring, now: () => new Date() }, "audit"));
}

async function withDatabase(work: (db: Database) => Promise<void>): Promise<void> {
  await using db = openDatabase(required("DATABASE_URL"), { max: 1, applicationName: "platz-db" });
  await work(db);
}

function required(name: "DATABASE_URL" | "PLATZ_ENCRYPTION_KEYS"): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`Set ${name}: npm run db needs it for this.`);
}

try {
  await command.parseAsync(process.argv);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

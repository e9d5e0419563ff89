/** `npm run db -- <command>`: the schema, and the keys of what is sealed in the database. */
import type { SigningKeyUse } from "@platz/auth";
import { type Database, migrateDatabase, openDatabase } from "@platz/db";
import { createKeyRing } from "@platz/sealing";
import { rotateSealed, rotateSigningKeys } from "@platz/services";
import { Argument, Command } from "commander";

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

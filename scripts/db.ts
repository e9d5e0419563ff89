/** `npm run db -- generate --name <what>`: writes a migration from the schema; `migrate` applies what is there. */
import { migrateDatabase } from "@platz/db";

const top = new URL("..", import.meta.url).pathname;
const [command, ...args] = process.argv.slice(2);

if (command === "migrate") {
  const url = process.env["DATABASE_URL"];
  if (!url) fail("Set DATABASE_URL to the database that is to be migrated.");
  else await migrateDatabase(url);
} else if (command === "generate" || command === "check") {
  const folder = `${top}packages/db`;
  const kit = Bun.spawn([process.execPath, "x", "drizzle-kit", command, ...args], {
    cwd: folder,
    stdio: ["inherit", "inherit", "inherit"],
  });
  process.exitCode = await kit.exited;
} else {
  fail("usage: npm run db -- <generate --name WHAT | check | migrate>");
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}

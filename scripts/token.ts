/** `npm run token -- EMAIL`: an API token of the running stack, for scripts and curl. */
import { parseDuration } from "@platz/config";
import { Command } from "commander";
import { signedInClient } from "./demo/demo-world.ts";
import { readUsersFile } from "./local-stack/oidc/users-file.ts";
import { usersFile } from "./local-stack/stack.ts";
import { runningStack } from "./local-stack/stack-file.ts";

interface Options {
  readonly name: string;
  readonly expires?: string;
}

const command = new Command("npm run token --")
  .description("Signs a development user in through the provider and prints a new API token of theirs.")
  .argument("<email>", "a user of .dev/oidc-users.json, such as admin@platz.dev")
  .option("--name <name>", "what the token is for", "made by npm run token")
  .option("--expires <duration>", "how long it is good, such as 30d; without it, until it is deleted");

async function main(email: string, { name, expires }: Options): Promise<void> {
  const stack = runningStack();
  if (stack === undefined)
    throw new Error("No local stack runs: start one with `npm start` in another terminal.");
  const people = await readUsersFile(usersFile);
  if (!people.some((person) => person.email === email)) {
    throw new Error(`There is no user ${email} in .dev/oidc-users.json.`);
  }
  const lastsMs = expires === undefined ? null : parseDuration(expires);
  if (lastsMs === undefined) throw new Error(`--expires ${expires}: give a duration such as 30d or 12h.`);
  const expiresAt = lastsMs === null ? null : new Date(Date.now() + lastsMs);
  const client = await signedInClient(stack.api, email);
  const { token } = await client.userTokens.create.mutate({ name, expiresAt });
  console.log(token);
}

command.action((email: string, options: Options) =>
  main(email, options).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }),
);
await command.parseAsync(process.argv);

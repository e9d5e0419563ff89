/** `npm run token -- EMAIL`: an API token of the running stack, for scripts and curl. */
import { Command } from "commander";
import { signedInClient } from "./demo/demo-world.ts";
import { usersFile } from "./local-stack/stack.ts";
import { runningStack } from "./local-stack/stack-file.ts";

interface Options {
  readonly name: string;
}

const command = new Command("npm run token --")
  .description("Signs a development user in through the provider and prints a new API token of theirs.")
  .argument("<email>", "a user of .dev/oidc-users.json, such as admin@platz.dev")
  .option("--name <name>", "what the token is for", "made by npm run token");

async function main(email: string, { name }: Options): Promise<void> {
  const stack = runningStack();
  if (stack === undefined)
    throw new Error("No local stack runs: start one with `npm start` in another terminal.");
  const people = await Bun.file(usersFile).text();
  if (!people.includes(`"${email}"`)) throw new Error(`There is no user ${email} in .dev/oidc-users.json.`);
  const client = await signedInClient(stack.api, email);
  const { token } = await client.userTokens.create.mutate({ name });
  console.log(token);
}

command.action((email: string, options: Options) =>
  main(email, options).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }),
);
await command.parseAsync(process.argv);

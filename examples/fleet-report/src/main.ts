/** `bun main.ts [--follow]`: prints what is deployed, and goes on with what changes. */
import process from "node:process";
import { connect } from "@platz/sdk";
import { follow, report } from "./fleet-report.ts";

// From PLATZ_URL and PLATZ_API_TOKEN or PLATZ_USER_TOKEN; inside of a deployment, from its own platz-creds.
const platz = await connect();
for await (const line of report(platz)) process.stdout.write(`${line}\n`);
if (process.argv.includes("--follow")) {
  for await (const line of follow(platz)) process.stdout.write(`${line}\n`);
}

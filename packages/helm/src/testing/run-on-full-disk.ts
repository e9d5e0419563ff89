// Runs Helm with its private directory on a disk that is nearly full, which whoever starts this has mounted there, and says
// how that ended.
import { readdir } from "node:fs/promises";
import { childProcessRunner } from "../child-process-runner.ts";

const [privateRoot = "", helmPath = ""] = process.argv.slice(2);
const runner = childProcessRunner({ helmPath, privateRoot });
const chartArchive = new Uint8Array(1024 * 1024);
const chart = { chartArchive, skipSchemaValidation: false, values: ["{}"] };
const request = { command: "template" as const, release: "a", namespace: "a", ...chart };
const said = await runner.run(request).then(
  () => "it ran",
  (error: Error) => `${error.constructor.name}: ${error.message}`,
);
const small = await runner.run({ command: "version" }).then(
  ({ failure }) => failure ?? "and works again",
  (error: Error) => error.message,
);
process.stdout.write(JSON.stringify({ said, left: await readdir(privateRoot), small }));

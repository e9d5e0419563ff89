import { readFile } from "node:fs/promises";
import { childProcessRunner } from "../child-process-runner.ts";

// An agent in small, for the test that kills one: installs a chart that never gets ready.
const [helmPath = "", setprivPath = "", privateRoot = "", kubeconfigPath = "", chartPath = "", release = ""] =
  process.argv.slice(2);
await childProcessRunner({ helmPath, setprivPath, privateRoot }).run({
  command: "upgrade-install",
  release,
  namespace: release,
  kubeconfig: await readFile(kubeconfigPath, "utf8"),
  chartArchive: new Uint8Array(await readFile(chartPath)),
  skipSchemaValidation: false,
  values: [],
});

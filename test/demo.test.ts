import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { playMainJob } from "../scripts/demo/main-job.ts";
import { createPlay } from "../scripts/demo/play.ts";
import { startStack } from "../scripts/local-stack/stack.ts";

test("the main job works from sign-in to the namespace being gone, through the typed client, on real parts", async () => {
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "platz-demo-"));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const told: string[] = [];
  const stack = cleanup.use(
    await startStack({
      folder,
      ports: "any",
      cluster: { kubeconfig: process.env["PLATZ_TEST_KUBECONFIG"] ?? "", context: "local" },
      report: (line) => told.push(line),
    }),
  );
  await stack.ready;
  const play = createPlay(() => {});
  await playMainJob(stack.description(), play);
  expect(play.played.map(({ title }) => title)).toEqual([
    "sign in through the OpenID provider",
    "create an env",
    "the cluster appears",
    "put the cluster into the env",
    "package and push the sample chart",
    "the charts are discovered, with their extensions",
    "grant the kind what its chart needs beyond its namespaces",
    "create a secret",
    "deploy: Install runs Helm, and the deployment is Running",
    "the Kubernetes resources appear, with colours",
    "its status appears, read from the application",
    "a bad form value is refused, by name",
    "upgrade to the second version, with other inputs",
    "invoke an action, and see the application's answer",
    "make a resource, which the application agrees to",
    "restart the StatefulSet",
    "a program of the deployment asks Platz, with its platz-creds",
    "a chart that cannot be rendered fails, with Helm's own message",
    "the deployment is repaired",
    "uninstall",
    "the history of tasks, with logs, is what happened",
    "delete: the deployment and its namespace are really gone",
    "take the env away again",
  ]);
  expect(told.filter((line) => line.includes("ended"))).toEqual([]);
});

import { expect, test } from "bun:test";
import { ChartDiscoverySettings } from "./settings.ts";

const main = new URL("./main.ts", import.meta.url).pathname;
const start = (args: readonly string[], env: Record<string, string> = {}) =>
  Bun.spawn([process.execPath, main, ...args], { env, stdout: "pipe", stderr: "pipe" });

test("--help lists every setting, and needs none of them", async () => {
  const child = start(["--help"]);
  const text = (await new Response(child.stdout).text()).replace(/\s+/g, " ");
  expect(await child.exited).toBe(0);
  for (const name of Object.keys(ChartDiscoverySettings.shape)) expect(text).toContain(`(env ${name}; `);
});

test.each([
  [[], "PLATZ_ECR_EVENTS_QUEUE: is not set"],
  [["--platz-ecr-events-queue=charts"], "PLATZ_ECR_EVENTS_REGION: is not set"],
  [["--platz-registry-provider=oci"], "PLATZ_OCI_REGISTRY_URL: is not set"],
  [["--platz-ecr-accounts=acme"], "PLATZ_ECR_ACCOUNTS"],
  [["--platz-oci-registry-url=not an address"], "PLATZ_OCI_REGISTRY_URL: must be an address"],
  [["--platz-oci-registry-url=http://127.0.0.1:1"], "DATABASE_URL: is not set"],
])("a start with %j ends with status 2 and says %p", async (args, sentence) => {
  const child = start(args);
  expect(await new Response(child.stderr).text()).toContain(sentence);
  expect(await child.exited).toBe(2);
});

test("without a database it says that it waits, and SIGTERM ends it well", async () => {
  const child = start(["--platz-oci-registry-url=http://127.0.0.1:1"], {
    DATABASE_URL: "postgres://platz@127.0.0.1:1/platz",
  });
  let output = "";
  let isAsked = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    output += chunk;
    const isReady = output.includes("waiting for the database") && output.includes("looking for charts");
    if (isReady && !isAsked) child.kill("SIGTERM");
    isAsked ||= isReady;
  }
  expect(await child.exited).toBe(0);
}, 10_000);

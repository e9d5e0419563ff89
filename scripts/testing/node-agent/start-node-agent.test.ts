import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { loadKubeconfig } from "@platz/kubernetes";
import { z } from "zod";
import { waitUntil } from "../../local-stack/wait-until.ts";
import { type ApiServer, openApiServer } from "./api-server.ts";

const namespace = `node-agent-${crypto.randomUUID().slice(0, 8)}`;
let api: ApiServer;
let address: Awaited<ReturnType<typeof loadKubeconfig>>;

beforeAll(async () => {
  address = await loadKubeconfig(process.env["PLATZ_TEST_KUBECONFIG"] ?? "");
  api = openApiServer(address);
  await api.ask("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
  await waitUntil(
    "The namespace's service account",
    async () =>
      (await api.ask("GET", `/api/v1/namespaces/${namespace}/serviceaccounts/default`)) !== undefined,
    { timeoutMs: 20_000 },
  );
});
afterAll(() => api.ask("DELETE", `/api/v1/namespaces/${namespace}`));

const pods = `/api/v1/namespaces/${namespace}/pods`;

/** A pod of one shell script, on the node whose pods run. */
async function makePod(name: string, script: string, more: { volumes?: object[]; mounts?: object[] } = {}) {
  await api.ask("POST", pods, {
    metadata: { name },
    spec: {
      restartPolicy: "Never",
      terminationGracePeriodSeconds: 1,
      nodeSelector: { "platz.test/runs-pods": "true" },
      tolerations: [{ key: "platz.test/runs-pods", operator: "Exists" }],
      volumes: more.volumes ?? [],
      containers: [
        {
          name: "main",
          image: "none",
          command: ["sh", "-c", script],
          env: [{ name: "WORD", value: "a word" }],
          volumeMounts: more.mounts ?? [],
        },
      ],
    },
  });
}

const Status = z.object({
  status: z.object({
    phase: z.string(),
    containerStatuses: z
      .array(z.object({ state: z.object({ terminated: z.object({ exitCode: z.number() }).optional() }) }))
      .default([]),
  }),
});

async function statusOf(name: string) {
  const { status } = Status.parse(await api.ask("GET", `${pods}/${name}`));
  return [status.phase, status.containerStatuses[0]?.state.terminated?.exitCode];
}

const reaches = (name: string, phase: string) =>
  waitUntil(`The pod ${name}`, async () => (await statusOf(name))[0] === phase, { timeoutMs: 20_000 });

/** The log as anybody gets it from the API server. */
async function log(name: string, query = ""): Promise<Response> {
  const { server, ca = "", cert = "", key = "" } = address;
  return fetch(`${server}${pods}/${name}/log?${query}`, { tls: { ca, cert, key } });
}

describe("a pod on the test node", () => {
  test("runs its command to the end, which its status says, with what it said in its log", async () => {
    await makePod("well", 'echo "$WORD"; echo more >&2');
    await reaches("well", "Succeeded");
    expect(await statusOf("well")).toEqual(["Succeeded", 0]);
    expect((await (await log("well")).text()).split("\n").sort()).toEqual(["", "a word", "more"]);
    await makePod("badly", "exit 3");
    await reaches("badly", "Failed");
    expect(await statusOf("badly")).toEqual(["Failed", 3]);
  });

  test("has its log followed while it runs, from a time on, with times", async () => {
    await makePod("talks", "echo one; sleep 0.5; echo two; sleep 0.5; echo three");
    await reaches("talks", "Running");
    const text = await (await log("talks", "follow=true&timestamps=true")).text();
    const lines = text
      .trim()
      .split("\n")
      .map((line) => line.split(" "));
    expect(lines.map(([, word]) => word)).toEqual(["one", "two", "three"]);
    const times = lines.map(([at = ""]) => at);
    expect([...new Set(times)].sort()).toEqual(times);
    expect(await (await log("talks", "sinceTime=2999-01-01T00:00:00Z")).text()).toBe("");
  });

  test("sees its Secrets as files that nobody else reads, from when they are there, and as they change", async () => {
    const script =
      'stat -c "%a" /secret/a; cat /secret/a; while ! grep -q new /secret/a; do sleep 0.05; done; ls /box /secret';
    await makePod("secret", script, {
      volumes: [
        { name: "s", projected: { sources: [{ secret: { name: "late" } }] } },
        { name: "e", emptyDir: {} },
      ],
      mounts: [
        { name: "s", mountPath: "/secret" },
        { name: "e", mountPath: "/box" },
      ],
    });
    const secrets = `/api/v1/namespaces/${namespace}/secrets`;
    await api.ask("POST", secrets, { metadata: { name: "late" }, stringData: { a: "old\n" } });
    await reaches("secret", "Running");
    await api.ask("PATCH", `${secrets}/late`, { stringData: { a: "new" } });
    await reaches("secret", "Succeeded");
    const lines = (await (await log("secret")).text()).split("\n");
    expect(lines.slice(0, 2)).toEqual(["600", "old"]);
    expect(lines.filter((line) => line === "a")).toEqual(["a"]);
  });

  test("that is deleted is asked to stop, killed after its grace, and gone", async () => {
    await makePod("polite", "trap 'echo stopping; exit 0' TERM; echo up; while :; do sleep 0.05; done");
    await makePod("stubborn", "trap '' TERM; echo up; while :; do sleep 0.05; done");
    for (const name of ["polite", "stubborn"]) await reaches(name, "Running");
    const said = (await log("polite", "follow=true")).text();
    const begun = performance.now();
    for (const name of ["polite", "stubborn"]) await api.ask("DELETE", `${pods}/${name}`);
    for (const name of ["polite", "stubborn"]) {
      const isGone = async () => (await api.ask("GET", `${pods}/${name}`)) === undefined;
      await waitUntil(`The end of ${name}`, isGone, { timeoutMs: 20_000 });
    }
    expect(performance.now() - begun).toBeGreaterThan(900);
    expect(await said).toBe("up\nstopping\n");
  });
});

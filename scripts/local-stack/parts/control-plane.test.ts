import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { ensureToolchain } from "../../toolchain/ensure-toolchain.ts";
import { isAlive } from "../stack-file.ts";
import { waitUntil } from "../wait-until.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";

let folder = "";
let plane: ControlPlane;

async function start(): Promise<ControlPlane> {
  const tools = await ensureToolchain(() => {});
  return startControlPlane({ folder: join(folder, "cluster"), logFolder: join(folder, "logs"), tools });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "platz-plane-"));
  await mkdir(join(folder, "logs"));
  plane = await start();
});
afterAll(async () => {
  await plane[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: Record<string, string> }[];
  readonly users: readonly { readonly user: Record<string, string> }[];
}

/** Asks the API server with nothing but what the kubeconfig file says. */
async function ask(path: string, body?: object): Promise<Response> {
  const config = parse(await Bun.file(plane.kubeconfig).text()) as Kubeconfig;
  const { cluster = {} } = config.clusters[0] ?? {};
  const { user = {} } = config.users[0] ?? {};
  const pem = (data: string | undefined) => Buffer.from(data ?? "", "base64").toString();
  return fetch(`${cluster["server"]}${path}`, {
    tls: {
      ca: pem(cluster["certificate-authority-data"]),
      cert: pem(user["client-certificate-data"]),
      key: pem(user["client-key-data"]),
    },
    ...(body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
}

test("a pod that is created at once after start becomes ready", async () => {
  const created = await ask("/api/v1/namespaces/default/pods", {
    metadata: { name: "first" },
    spec: { containers: [{ name: "main", image: "anything" }] },
  });
  expect(created.status).toBe(201);
  await waitUntil("The pod", isReady("first"), { timeoutMs: 20_000 });
});

const isReady = (name: string) => async () => {
  const pod = (await (await ask(`/api/v1/namespaces/default/pods/${name}`)).json()) as {
    status: { conditions?: { type: string; status: string }[] };
  };
  return (pod.status.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True");
};

test("the node goes on being ready: it renews its lease", async () => {
  const renewed = async () => {
    const lease = await ask("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/local-1");
    return (
      lease.ok && ((await lease.json()) as { spec: { renewTime?: string } }).spec.renewTime !== undefined
    );
  };
  await waitUntil("The node's lease", renewed, { timeoutMs: 20_000 });
});

test("more Services than a /24 has addresses can be made", async () => {
  const statuses = await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      const service = { metadata: { name: `service-${index}` }, spec: { ports: [{ port: 80 }] } };
      return (await ask("/api/v1/namespaces/default/services", service)).status;
    }),
  );
  expect(new Set(statuses)).toEqual(new Set([201]));
});

test("the kubeconfig is for its owner alone, and nobody gets in without what is in it", async () => {
  expect((await stat(plane.kubeconfig)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, "cluster", "pki"))).mode & 0o777).toBe(0o700);
  const anonymous = await fetch(`${plane.url}/api/v1/namespaces`, { tls: { rejectUnauthorized: false } });
  expect([401, 403]).toContain(anonymous.status);
  expect(await fetch(`${plane.url}/readyz`).catch(() => "not trusted")).toBe("not trusted");
});

test("a stopped control plane leaves no process, and has its objects when it is started again", async () => {
  const pids = plane.children.map(({ pid }) => pid);
  expect(pids).toHaveLength(5);
  await plane[Symbol.asyncDispose]();
  expect(pids.filter(isAlive)).toEqual([]);
  plane = await start();
  expect((await ask("/api/v1/namespaces/default/pods/first")).status).toBe(200);
});

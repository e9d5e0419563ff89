import { afterAll, beforeAll, expect, test } from "bun:test";
import { isCustomGroup, objectNeeds, ungrantedObjects } from "@platz/domain";
import { z } from "zod";
import { KubernetesError } from "./kubernetes-error.ts";
import { type TestCluster, testCluster } from "./testing/test-cluster.ts";

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await testCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

const Discovered = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string().optional() }),
      versions: z.array(
        z.object({
          version: z.string(),
          resources: z.array(z.object({ responseKind: z.object({ kind: z.string() }), scope: z.string() })),
        }),
      ),
    }),
  ),
});

test("of every kind that Kubernetes itself has it is known whether it belongs to namespaces", async () => {
  const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const lists = await Promise.all(
    ["/api", "/apis"].map(async (path) => Discovered.parse(await cluster.call({ path, accept }))),
  );
  const served = lists.flatMap(({ items }) =>
    items.flatMap(({ metadata: { name = "" }, versions }) =>
      versions.flatMap(({ version, resources }) =>
        resources.map(({ responseKind: { kind }, scope }) => ({ group: name, version, kind, scope })),
      ),
    ),
  );
  // Other tests may have put kinds of their own there.
  const builtIn = served.filter(({ group }) => !group.includes(".") || group.endsWith(".k8s.io"));
  expect(builtIn.length).toBeGreaterThan(60);
  const wrong = builtIn.filter(({ group, version, kind, scope }) => {
    const apiVersion = group === "" ? version : `${group}/${version}`;
    const [need] = objectNeeds([{ apiVersion, kind, metadata: { name: "a" } }], { namespace: "own" });
    return isCustomGroup(group) || (need?.namespace === null) !== (scope === "Cluster");
  });
  expect(wrong).toEqual([]);
});

test("of kinds that a cluster was taught it says whether they belong to namespaces", async () => {
  const group = `g${crypto.randomUUID().slice(0, 8)}.platz.test`;
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const define = async (kind: string, scope: string) => {
    const plural = `${kind.toLowerCase()}s`;
    const schema = { openAPIV3Schema: { type: "object" } };
    const spec = {
      group,
      scope,
      names: { kind, plural },
      versions: [{ name: "v1", served: true, storage: true, schema }],
    };
    await cluster.call({
      method: "POST",
      path,
      body: {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: `${plural}.${group}` },
        spec,
      },
    });
    return `${path}/${plural}.${group}`;
  };
  const made = [await define("Shop", "Namespaced"), await define("Fleet", "Cluster")];
  try {
    const known = { [`Shop.${group}`]: "Namespaced", [`Fleet.${group}`]: "Cluster" };
    for (const deadline = Date.now() + 20_000; ; ) {
      const found = await cluster.client.kindScopes([
        `${group}/v1`,
        "apps/v1",
        "v1",
        "nobody.test/v1",
        "../x/v1",
      ]);
      if (found.size === 2) {
        expect(Object.fromEntries(found)).toEqual(known as Record<string, "Cluster" | "Namespaced">);
        break;
      }
      if (Date.now() > deadline) throw new Error("the kinds are not served");
    }
  } finally {
    for (const path of made) await cluster.call({ method: "DELETE", path });
  }
});

const container = (more: object = {}) => ({ name: "main", image: "none", ...more });
const secured = (more: object = {}) =>
  container({
    securityContext: {
      allowPrivilegeEscalation: false,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
      ...more,
    },
  });
const within = (securityContext: object) => ({ containers: [container({ securityContext })] });
const inPod = (securityContext: object) => ({ securityContext, containers: [container()] });
const volume = (source: object) => ({ volumes: [{ name: "v", ...source }], containers: [secured()] });
const get = (host?: string) => ({ httpGet: { port: 80, ...(host === undefined ? {} : { host }) } });

/** Pods that break each control of the standards once, and such as break none. */
const specs: Record<string, object> = {
  plain: { containers: [container()] },
  secured: { containers: [secured()] },
  "secured by the pod": {
    securityContext: {
      runAsNonRoot: true,
      seccompProfile: { type: "Localhost", localhostProfile: "a.json" },
    },
    containers: [
      container({ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } }),
    ],
  },
  "one container against the pod": {
    securityContext: { runAsNonRoot: true },
    containers: [secured(), { ...secured({ runAsNonRoot: false }), name: "other" }],
  },
  "an unsecured init container": {
    initContainers: [{ ...container(), name: "first" }],
    containers: [secured()],
  },
  hostNetwork: { hostNetwork: true, containers: [container()] },
  hostPID: { hostPID: true, containers: [container()] },
  hostIPC: { hostIPC: true, containers: [container()] },
  "own network, said": { hostNetwork: false, containers: [secured()] },
  privileged: within({ privileged: true }),
  "privileged init": {
    initContainers: [{ ...container({ securityContext: { privileged: true } }), name: "i" }],
    containers: [container()],
  },
  "a capability of baseline": within({ capabilities: { add: ["CHOWN"] } }),
  "a capability beyond": within({ capabilities: { add: ["NET_ADMIN"] } }),
  "all capabilities": within({ capabilities: { add: ["ALL"] } }),
  "binds low ports": {
    containers: [secured({ capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } })],
  },
  "drops some": { containers: [secured({ capabilities: { drop: ["CHOWN"] } })] },
  hostPath: volume({ hostPath: { path: "/" } }),
  emptyDir: volume({ emptyDir: {} }),
  configMap: volume({ configMap: { name: "a" } }),
  secret: volume({ secret: { secretName: "a" } }),
  projected: volume({ projected: { sources: [] } }),
  claim: volume({ persistentVolumeClaim: { claimName: "a" } }),
  csi: volume({ csi: { driver: "a.test" } }),
  image: volume({ image: { reference: "a" } }),
  nfs: volume({ nfs: { server: "a", path: "/" } }),
  hostPort: { containers: [container({ ports: [{ containerPort: 80, hostPort: 80 }] })] },
  "a port": { containers: [container({ ports: [{ containerPort: 80 }] })] },
  "probed at itself": { containers: [container({ livenessProbe: get(), readinessProbe: get("") })] },
  "probed elsewhere": { containers: [container({ livenessProbe: get("10.0.0.1") })] },
  "a hook elsewhere": { containers: [container({ lifecycle: { preStop: get("10.0.0.1") } })] },
  "a socket elsewhere": {
    containers: [container({ startupProbe: { tcpSocket: { port: 80, host: "10.0.0.1" } } })],
  },
  "SELinux of containers": inPod({ seLinuxOptions: { type: "container_init_t" } }),
  "SELinux of users": inPod({ seLinuxOptions: { user: "sysadm_u" } }),
  "SELinux type": within({ seLinuxOptions: { type: "spc_t" } }),
  "SELinux level": within({ seLinuxOptions: { level: "s0:c1,c2" } }),
  "AppArmor off": inPod({ appArmorProfile: { type: "Unconfined" } }),
  "AppArmor on": within({ appArmorProfile: { type: "RuntimeDefault" } }),
  "seccomp off": inPod({ seccompProfile: { type: "Unconfined" } }),
  "seccomp off in a container": { containers: [secured({ seccompProfile: { type: "Unconfined" } })] },
  "all of /proc": { hostUsers: false, ...within({ procMount: "Unmasked" }) },
  "a safe sysctl": inPod({ sysctls: [{ name: "net.ipv4.tcp_syncookies", value: "1" }] }),
  "a younger safe sysctl": inPod({ sysctls: [{ name: "net.ipv4.tcp_rmem", value: "1" }] }),
  "an unsafe sysctl": inPod({ sysctls: [{ name: "net.core.somaxconn", value: "1" }] }),
  "Windows host process": {
    hostNetwork: true,
    securityContext: { windowsOptions: { hostProcess: true, runAsUserName: "a" } },
    containers: [container()],
  },
  Windows: { os: { name: "windows" }, securityContext: { runAsNonRoot: true }, containers: [container()] },
  root: {
    containers: [secured({ runAsUser: 0, runAsNonRoot: undefined })],
    securityContext: { runAsNonRoot: true },
  },
  "root in a user namespace": {
    hostUsers: false,
    containers: [secured({ runAsUser: 0, runAsNonRoot: undefined })],
  },
  "root pod in a user namespace": {
    hostUsers: false,
    securityContext: { runAsUser: 0 },
    containers: [secured()],
  },
  "privileges in a user namespace": {
    hostUsers: false,
    containers: [secured({ capabilities: { add: ["NET_ADMIN"] } })],
  },
  "root pod": { securityContext: { runAsUser: 0 }, containers: [secured({ runAsNonRoot: true })] },
};

test("pods are judged as the API server's Pod Security judges them, at every level", async () => {
  const levels = ["privileged", "baseline", "restricted"] as const;
  const said = await Promise.all(
    levels.map(async (level) => {
      const { name: namespace } = await cluster.newNamespace();
      await cluster.call({
        method: "PATCH",
        path: `/api/v1/namespaces/${namespace}`,
        contentType: "application/merge-patch+json",
        body: { metadata: { labels: { "pod-security.kubernetes.io/enforce": level } } },
      });
      const verdicts = Object.entries(specs).map(async ([name, spec]) => {
        const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec };
        const podSecurity = { enforce: level, warn: null };
        const [ungranted] = ungrantedObjects(objectNeeds([pod], { namespace }), {
          clusterRoles: [],
          podSecurity,
        });
        const theirs = await verdictOf(namespace, pod);
        return {
          name,
          level,
          ours: ungranted === undefined ? "taken" : "refused",
          theirs,
          why: ungranted?.why,
        };
      });
      return await Promise.all(verdicts);
    }),
  );
  const judged = said.flat().filter(({ theirs }) => theirs !== "not judged");
  expect(judged.filter(({ ours, theirs }) => ours !== theirs)).toEqual([]);
  expect(judged.filter(({ theirs }) => theirs === "refused").length).toBeGreaterThan(40);
});

/** What Pod Security says to a pod that is made as a trial. */
async function verdictOf(namespace: string, pod: object): Promise<"taken" | "refused" | "not judged"> {
  try {
    await cluster.call({
      method: "POST",
      path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
      body: pod,
    });
    return "taken";
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    if (error.message.includes("violates PodSecurity")) return "refused";
    // This control plane takes no privileged container and no Windows host process, and says so before it asks for levels.
    if (/Forbidden: (hostProcess containers are )?disallowed by cluster policy/.test(error.message))
      return "not judged";
    throw error;
  }
}

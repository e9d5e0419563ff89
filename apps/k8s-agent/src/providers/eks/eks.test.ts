import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type AwsStub, OWN_ACCOUNT, setEnvironment, startAwsStub } from "@platz/aws/testing";
import { loadKubeconfig, openCluster } from "@platz/kubernetes";
import { clusterProviderConformance } from "../cluster-provider.conformance.ts";
import { type EksOptions, eksProvider } from "./eks.ts";

const REGIONS = ["eu-west-1", "us-east-1", "ap-south-1"];
const OTHER_ACCOUNT = "444455556666";
const ROLE = `arn:aws:iam::${OTHER_ACCOUNT}:role/platz`;
/** The name for which the control plane takes tokens. */
const CLUSTER = process.env["PLATZ_TEST_EKS_CLUSTER"] ?? "";
const signal = new AbortController().signal;

let stub: AwsStub;
let settings: Disposable;
beforeEach(() => {
  stub = startAwsStub(REGIONS);
  settings = setEnvironment(stub.environment);
});
afterEach(async () => {
  settings[Symbol.dispose]();
  await stub[Symbol.asyncDispose]();
});

/** A cluster that is the control plane of the test run. */
async function real(region = "eu-west-1", name = CLUSTER) {
  const { server, ca = "" } = await loadKubeconfig(process.env["PLATZ_TEST_KUBECONFIG"] ?? "");
  return { region, name, status: "ACTIVE", endpoint: server, ca } as const;
}

const named = (name: string, region = "eu-west-1") => ({ region, name, status: "ACTIVE" }) as const;

const provider = (more: Partial<EksOptions> = {}) =>
  eksProvider({ regions: undefined, identities: ["self"], timeoutMs: 2_000, ...more });

async function namesFound(options: Partial<EksOptions> = {}) {
  const { clusters } = await provider(options).discover(signal);
  return clusters.map(({ providerId }) => providerId).sort();
}

const arns = (account: string, region: string, ...names: readonly string[]) =>
  names.map((name) => `arn:aws:eks:${region}:${account}:cluster/${name}`);

describe("EKS keeps what every provider must", () =>
  clusterProviderConformance(async () => {
    stub.clusters.set(OWN_ACCOUNT, [await real()]);
    return {
      provider: provider(),
      async breakSource() {
        stub.fault = () => [403, "AccessDeniedException", "The agent is not allowed to do that."];
      },
      async mendSource() {
        stub.fault = () => undefined;
      },
      async [Symbol.asyncDispose]() {
        stub.clusters.clear();
      },
    };
  }));

describe("what is found", () => {
  test("is every cluster of every enabled region, over all pages", async () => {
    const many = ["a", "b", "c", "d", "e"];
    stub.clusters.set(OWN_ACCOUNT, [...many.map((name) => named(name)), named("f", "us-east-1")]);
    expect(await namesFound()).toEqual([
      ...arns(OWN_ACCOUNT, "eu-west-1", ...many),
      ...arns(OWN_ACCOUNT, "us-east-1", "f"),
    ]);
    expect(stub.calls.filter(({ action }) => action === "ListClusters")).toHaveLength(5);
  });

  test("is what the allowed regions have, and no other region is asked", async () => {
    stub.clusters.set(OWN_ACCOUNT, [named("a"), named("b", "us-east-1")]);
    expect(await namesFound({ regions: ["us-east-1"] })).toEqual(arns(OWN_ACCOUNT, "us-east-1", "b"));
    expect([...new Set(stub.calls.map(({ region }) => region))]).toEqual(["us-east-1"]);
  });

  test("is of every account whose role is assumed, with that account's own credentials, which are asked for once", async () => {
    stub.clusters.set(OWN_ACCOUNT, [named("mine")]);
    stub.clusters.set(OTHER_ACCOUNT, [named("theirs"), named("far", "ap-south-1")]);
    const both = provider({ identities: ["self", ROLE] });
    for (const _ of [1, 2]) {
      const { clusters } = await both.discover(signal);
      expect(clusters.map(({ providerId }) => providerId).sort()).toEqual([
        ...arns(OTHER_ACCOUNT, "ap-south-1", "far"),
        ...arns(OWN_ACCOUNT, "eu-west-1", "mine"),
        ...arns(OTHER_ACCOUNT, "eu-west-1", "theirs"),
      ]);
    }
    expect(stub.calls.filter(({ action }) => action === "AssumeRole")).toHaveLength(1);
  });

  test("is the same when AWS throttles", async () => {
    stub.clusters.set(OWN_ACCOUNT, [named("a"), named("b"), named("c")]);
    const refusals = new Map<string, number>();
    stub.fault = ({ action, subject }) => {
      const seen = (refusals.get(action + subject) ?? 0) + 1;
      refusals.set(action + subject, seen);
      return seen < 3 ? [429, "ThrottlingException", "Rate exceeded"] : undefined;
    };
    expect(await namesFound({ regions: ["eu-west-1"] })).toEqual(
      arns(OWN_ACCOUNT, "eu-west-1", "a", "b", "c"),
    );
  });

  test("does not include what was deleted between the list and the question", async () => {
    stub.clusters.set(OWN_ACCOUNT, [named("a"), named("b")]);
    stub.fault = ({ action, subject }) =>
      action === "DescribeCluster" && subject === "a"
        ? [404, "ResourceNotFoundException", "gone"]
        : undefined;
    const { clusters, blindSpots } = await provider({ regions: ["eu-west-1"] }).discover(signal);
    expect(clusters.map(({ name }) => name)).toEqual(["b"]);
    expect(blindSpots).toEqual([]);
  });
});

describe("what cannot be looked at", () => {
  test("is one region, with its name and AWS's own words, and the others are found", async () => {
    stub.clusters.set(OWN_ACCOUNT, [named("a"), named("b", "us-east-1")]);
    stub.fault = ({ action, region }) =>
      action === "ListClusters" && region === "us-east-1"
        ? [403, "AccessDeniedException", "User x is not authorized to perform eks:ListClusters"]
        : undefined;
    const { clusters, blindSpots } = await provider().discover(signal);
    expect(clusters.map(({ name }) => name)).toEqual(["a"]);
    expect(blindSpots.map(({ part, reason }) => `${part}: ${reason}`)).toEqual([
      "region us-east-1 of the agent's own AWS account: AWS refused the request (AccessDeniedException): User x is not authorized to perform eks:ListClusters.",
    ]);
    const [spot] = blindSpots;
    const covers = (...[account, region]: [string, string]) =>
      arns(account, region, "x").map((providerId) => spot?.covers({ providerId }))[0];
    expect([covers(OWN_ACCOUNT, "us-east-1"), covers(OWN_ACCOUNT, "eu-west-1")]).toEqual([true, false]);
    expect(spot?.covers({ providerId: "local:x" })).toBe(false);
  });

  test("is one region that never answers, for no longer than it may take", async () => {
    stub.clusters.set(OWN_ACCOUNT, [named("a")]);
    stub.fault = ({ region, action }) =>
      region === "us-east-1" && action === "ListClusters" ? "silence" : undefined;
    const begun = performance.now();
    const { clusters, blindSpots } = await provider({ timeoutMs: 500 }).discover(signal);
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(clusters.map(({ name }) => name)).toEqual(["a"]);
    expect(blindSpots.map(({ reason }) => reason)).toEqual(["AWS did not answer in time."]);
  });

  test("is one cluster, and the others of its region are found", async () => {
    stub.clusters.set(OWN_ACCOUNT, [named("a"), named("b")]);
    stub.fault = ({ subject }) => (subject === "a" ? [403, "AccessDeniedException", "no"] : undefined);
    const { clusters, blindSpots } = await provider({ regions: ["eu-west-1"] }).discover(signal);
    expect(clusters.map(({ name }) => name)).toEqual(["b"]);
    expect(blindSpots.map(({ part }) => part)).toEqual([
      "cluster a in region eu-west-1 of the agent's own AWS account",
    ]);
    const [providerId = ""] = arns(OWN_ACCOUNT, "eu-west-1", "a");
    expect(blindSpots[0]?.covers({ providerId })).toBe(true);
  });

  test("is one account whose role may not be assumed, and the others' clusters are found", async () => {
    stub.clusters.set(OWN_ACCOUNT, [named("a")]);
    stub.fault = ({ action }) =>
      action === "AssumeRole" ? [403, "AccessDenied", "not authorized to perform sts:AssumeRole"] : undefined;
    const { clusters, blindSpots } = await provider({ identities: ["self", ROLE] }).discover(signal);
    expect(clusters.map(({ name }) => name)).toEqual(["a"]);
    expect(blindSpots.map(({ part }) => part)).toEqual([`the AWS account ${OTHER_ACCOUNT}`]);
  });
});

test.each([
  ["CREATING", "EKS is still creating the cluster."],
  ["DELETING", "EKS is deleting the cluster."],
  ["FAILED", "EKS could not create the cluster."],
  ["PENDING", "The cluster is not registered with EKS yet."],
  ["ACTIVE", "EKS gives no address and certificate for the cluster."],
  ["UPDATING", "EKS gives no address and certificate for the cluster."],
] as const)(
  "a cluster without an address that is %s is found, and says why it cannot be used",
  async (status, reason) => {
    stub.clusters.set(OWN_ACCOUNT, [{ region: "eu-west-1", name: "a", status }]);
    const [cluster] = (await provider({ regions: ["eu-west-1"] }).discover(signal)).clusters;
    await expect(cluster?.connect(signal)).rejects.toThrow(reason);
  },
);

describe("a token", () => {
  async function tokenOf(options: Partial<EksOptions>, name = CLUSTER) {
    const [cluster] = (await provider({ regions: ["eu-west-1"], ...options }).discover(signal)).clusters;
    const connection = await cluster?.connect(signal);
    if (connection === undefined || typeof connection.token !== "function") throw new Error(`no ${name}`);
    return { connection, token: connection.token };
  }

  test("is made without asking AWS, kept while it is good, and made anew before it runs out", async () => {
    stub.clusters.set(OWN_ACCOUNT, [await real()]);
    let now = Date.now() - 600_000;
    const { connection, token } = await tokenOf({ now: () => now });
    const asked = stub.calls.length;
    const first = await token();
    now += 8 * 60_000;
    expect(await token()).toBe(first);
    now += 2 * 60_000;
    const second = await token();
    expect(second).not.toBe(first);
    expect(stub.calls.length).toBe(asked);
    expect(first).toMatch(/^k8s-aws-v1\.[A-Za-z0-9_-]+$/);
    const client = openCluster(connection);
    expect(await client.version(signal)).toStartWith("v1.");
    expect(stub.calls.at(-1)).toMatchObject({ action: "GetCallerIdentity", region: "eu-west-1" });
  });

  test("of a cluster in another account is signed with that account's role", async () => {
    stub.clusters.set(OTHER_ACCOUNT, [await real()]);
    const { connection } = await tokenOf({ identities: [ROLE] });
    expect(await openCluster(connection).version(signal)).toStartWith("v1.");
    expect(stub.calls.at(-1)).toMatchObject({ action: "GetCallerIdentity", accountId: OTHER_ACCOUNT });
  });

  test("for another cluster is refused", async () => {
    stub.clusters.set(OWN_ACCOUNT, [await real("eu-west-1", "another")]);
    const { connection } = await tokenOf({}, "another");
    await expect(openCluster(connection).version(signal)).rejects.toThrow("Unauthorized");
  });

  test("that cannot be made says why", async () => {
    stub.clusters.set(OTHER_ACCOUNT, [await real()]);
    const assumed = provider({ identities: [ROLE], regions: ["eu-west-1"] });
    const [cluster] = (await assumed.discover(signal)).clusters;
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) delete process.env[name];
    const none = provider({ regions: ["eu-west-1"] });
    await expect(none.discover(signal)).rejects.toThrow(
      "Of region eu-west-1 of the agent's own AWS account nothing is known: There are no AWS credentials that could be used; give the process a role or keys.",
    );
    expect(await cluster?.connect(signal)).toBeDefined();
  });

  test("is not asked for where no region is set, which is said", async () => {
    delete process.env["AWS_REGION"];
    await expect(provider().discover(signal)).rejects.toThrow("No AWS region is set; set AWS_REGION");
  });
});

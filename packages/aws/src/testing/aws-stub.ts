import {
  assumeRoleAnswer,
  callerAnswer,
  clusterAnswer,
  type Keys,
  namesAnswer,
  refused,
  regionsAnswer,
  type StubCluster,
} from "./answers.ts";
import { type EcrStub, startEcr } from "./ecr.ts";
import { type SignedRequest, signatureOf } from "./signature.ts";

/** What was asked for. */
export interface StubCall {
  readonly service: string;
  readonly region: string;
  /** As AWS calls it: `ListClusters`, `AssumeRole`, `GetAuthorizationToken` … */
  readonly action: string;
  readonly accountId: string;
  /** The cluster, role or repository that it is about. */
  readonly subject: string;
}

/** A refusal, or an answer that never comes. */
export type StubFault = readonly [status: number, code: string, message: string] | "silence";

export interface AwsStub extends AsyncDisposable {
  readonly endpoint: string;
  /** The settings by which the SDK finds it, as anybody would set them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly calls: readonly StubCall[];
  /** Clusters by account. Changed by the test at any time. */
  readonly clusters: Map<string, StubCluster[]>;
  readonly ecr: EcrStub;
  /** Answers in the service's place. Set by the test, at any time. */
  fault: (call: StubCall) => StubFault | undefined;
}

export const OWN_ACCOUNT = "111122223333";
const OWN_KEYS = { accessKeyId: "AKIDOWN", secretAccessKey: "own-secret-access-key" };
const PAGE_SIZE = 2;

export interface AwsStubOptions {
  /** An OCI registry without a sign-in, as `host:port`, whose content ECR has behind a sign-in. */
  readonly registry?: string;
}

/**
 * EC2, ECR, EKS and STS as they are on the wire: signatures are checked (Signature Version 4), lists come in pages, and
 * roles of any account may be assumed. Every region of it is at one address, and so is every registry.
 */
export function startAwsStub(regions: readonly string[], { registry = "" }: AwsStubOptions = {}): AwsStub {
  const calls: StubCall[] = [];
  const known = new Map<
    string,
    { readonly secret: string; readonly session: string | null; readonly arn: string }
  >();
  known.set(OWN_KEYS.accessKeyId, {
    secret: OWN_KEYS.secretAccessKey,
    session: null,
    arn: `arn:aws:iam::${OWN_ACCOUNT}:user/agent`,
  });

  function assume(role: string): Response {
    const keys: Keys = {
      accessKeyId: `ASIA${crypto.randomUUID()}`,
      secretAccessKey: crypto.randomUUID(),
      sessionToken: `session/${crypto.randomUUID()}==`,
      expiration: new Date(Date.now() + 3_600_000),
    };
    const arn = `${role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/platz-k8s-agent`;
    known.set(keys.accessKeyId, { secret: keys.secretAccessKey, session: keys.sessionToken, arn });
    return assumeRoleAnswer(keys, arn);
  }

  const ecr = startEcr(registry);
  const answers: Readonly<
    Record<string, (call: StubCall, request: SignedRequest, arn: string) => Response | Promise<Response>>
  > = {
    ...ecr.answers,
    DescribeRegions: () => regionsAnswer(regions),
    AssumeRole: ({ subject }) => assume(subject),
    GetCallerIdentity: ({ accountId }, _, arn) => callerAnswer(accountId, arn),
    ListClusters: ({ accountId, region }, { url }) => {
      const here = (stub.clusters.get(accountId) ?? []).filter((cluster) => cluster.region === region);
      return namesAnswer(
        here.map(({ name }) => name),
        url,
        PAGE_SIZE,
      );
    },
    DescribeCluster: ({ accountId, region, subject }) => {
      const all = stub.clusters.get(accountId) ?? [];
      const found = all.find((cluster) => cluster.region === region && cluster.name === subject);
      return found === undefined
        ? refused("eks", 404, "ResourceNotFoundException", `No cluster found for name: ${subject}.`)
        : clusterAnswer(accountId, found);
    },
  };

  async function answer(request: SignedRequest): Promise<Response> {
    const signature = signatureOf(request);
    const keys = known.get(signature?.accessKeyId ?? "");
    const isSound =
      keys !== undefined && signature?.isOf(keys.secret) && signature.sessionToken === keys.session;
    if (signature === undefined || keys === undefined || !isSound) {
      return refused(signature?.service ?? "sts", 403, "SignatureDoesNotMatch", "The signature is wrong.");
    }
    const { service, region } = signature;
    const accountId = keys.arn.split(":")[4] ?? "";
    const call: StubCall = { service, region, accountId, ...asked(service, request) };
    calls.push(call);
    const fault = stub.fault(call);
    if (fault === "silence") return await new Promise<Response>(() => {});
    if (fault !== undefined) return refused(service, ...fault);
    return (
      (await answers[call.action]?.(call, request, keys.arn)) ?? refused(service, 400, "InvalidAction", "?")
    );
  }

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    development: false,
    async fetch(request) {
      if (new URL(request.url).pathname.startsWith("/v2/")) return await ecr.serve(request);
      const { method, headers } = request;
      return await answer({ method, headers, url: new URL(request.url), body: await request.text() });
    },
  });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const stub: AwsStub = {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: OWN_KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: OWN_KEYS.secretAccessKey,
      AWS_REGION: regions[0] ?? "",
      // Nothing of whoever runs the tests.
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    calls,
    clusters: new Map(),
    ecr,
    fault: () => undefined,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
  return stub;
}

/** Which action it is, and of what: EKS says it by the path, the older ones by a form or a query. */
function asked(service: string, { url, headers, body }: SignedRequest): Pick<StubCall, "action" | "subject"> {
  if (service === "eks") {
    const name = /^\/clusters\/([^/]+)$/.exec(url.pathname)?.[1];
    return name === undefined
      ? { action: "ListClusters", subject: "" }
      : { action: "DescribeCluster", subject: decodeURIComponent(name) };
  }
  if (service === "ecr") {
    const action = headers.get("x-amz-target")?.split(".").at(-1) ?? "";
    const { repositoryName, repositoryNames } = JSON.parse(body);
    return { action, subject: repositoryName ?? repositoryNames?.[0] ?? "" };
  }
  const form = new URLSearchParams(body === "" ? url.search : body);
  return { action: form.get("Action") ?? "", subject: form.get("RoleArn") ?? "" };
}

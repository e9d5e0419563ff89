import { ecrAnswer, refused } from "./answers.ts";
import type { StubCall } from "./aws-stub.ts";
import type { SignedRequest } from "./signature.ts";

/** A repository that the stub has. What is in it, the registry behind the stub says. */
export interface StubRepository {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

export interface EcrStub {
  /** Changed by the test at any time. */
  readonly repositories: StubRepository[];
  /** When each image was pushed, by its digest; now for one that is not said. */
  readonly pushedAt: Map<string, Date>;
  /** The largest page, whatever is asked for. */
  pageSize: number;
  /** What a login is good for. */
  loginSeconds: number;
  /** Requests to the registry itself, as `METHOD path`. */
  readonly pulls: string[];
}

const MANIFEST_TYPES = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
].join(", ");

type Answer = (call: StubCall, request: SignedRequest) => Response | Promise<Response>;

/** ECR in front of a registry that lets everybody in: its JSON 1.1 API, and the registry behind its sign-in. */
export function startEcr(registry: string) {
  const tokens = new Set<string>();
  const stub: EcrStub = {
    repositories: [],
    pushedAt: new Map(),
    pageSize: 1000,
    loginSeconds: 12 * 3600,
    pulls: [],
  };
  const known = (
    { accountId, region }: { readonly accountId: string; readonly region: string },
    name?: string,
  ) =>
    stub.repositories.filter(
      (each) =>
        each.accountId === accountId && each.region === region && (name === undefined || each.name === name),
    );
  const missing = ({ subject, accountId }: StubCall) =>
    refused(
      "ecr",
      400,
      "RepositoryNotFoundException",
      `The repository with name '${subject}' does not exist in the registry with id '${accountId}'`,
    );

  const answers: Readonly<Record<string, Answer>> = {
    GetAuthorizationToken(_, { url }) {
      const token = crypto.randomUUID();
      tokens.add(token);
      return ecrAnswer({
        authorizationData: [
          {
            authorizationToken: btoa(`AWS:${token}`),
            expiresAt: Date.now() / 1000 + stub.loginSeconds,
            proxyEndpoint: url.origin,
          },
        ],
      });
    },
    DescribeRepositories(call, { url, body }) {
      const { registryId = call.accountId, ...page } = JSON.parse(body);
      const repositories = known({ accountId: registryId, region: call.region }).map(({ name }) => ({
        registryId,
        repositoryName: name,
        repositoryUri: `${url.host}/${name}`,
      }));
      const { items, ...next } = pageOf(repositories, page);
      return ecrAnswer({ repositories: items, ...next });
    },
    async DescribeImages(call, { body }) {
      const { registryId = call.accountId, imageIds, ...page } = JSON.parse(body);
      if (known({ accountId: registryId, region: call.region }, call.subject).length === 0)
        return missing(call);
      if (imageIds !== undefined) {
        const image = await imageOf(call.subject, imageIds[0].imageDigest);
        return image === undefined
          ? refused("ecr", 400, "ImageNotFoundException", `There is no image ${imageIds[0].imageDigest}.`)
          : ecrAnswer({ imageDetails: [image] });
      }
      const tags = await tagsOf(registry, call.subject);
      const { items, ...next } = pageOf(tags, page);
      const images = await Promise.all(items.map((tag) => imageOf(call.subject, tag)));
      return ecrAnswer({ imageDetails: images.filter((image) => image !== undefined), ...next });
    },
  };

  /** Such a page of these as is asked for. */
  function pageOf<Item>(
    items: readonly Item[],
    { nextToken = "0", maxResults = 100 }: { readonly nextToken?: string; readonly maxResults?: number },
  ) {
    const [from, size] = [Number(nextToken), Math.min(maxResults, stub.pageSize)];
    const next = from + size < items.length ? { nextToken: String(from + size) } : {};
    return { items: items.slice(from, from + size), ...next };
  }

  /** What ECR says of an image, by a tag, which it then has, or by its digest. */
  async function imageOf(repository: string, reference: string) {
    const answer = await fetch(`http://${registry}/v2/${repository}/manifests/${reference}`, {
      headers: { accept: MANIFEST_TYPES },
    });
    if (!answer.ok) return undefined;
    const imageDigest = answer.headers.get("docker-content-digest") ?? "";
    const { config } = await answer.json();
    return {
      imageDigest,
      ...(reference.startsWith("sha256:") ? {} : { imageTags: [reference] }),
      ...(config?.mediaType === undefined ? {} : { artifactMediaType: config.mediaType }),
      imagePushedAt: (stub.pushedAt.get(imageDigest)?.getTime() ?? Date.now()) / 1000,
    };
  }

  async function serve(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const [, pair = ""] = (request.headers.get("authorization") ?? "").split("Basic ");
    if (!tokens.has(atob(pair).replace(/^AWS:/, ""))) {
      const challenge = `Basic realm="http://${request.headers.get("host")}/",service="ecr.amazonaws.com"`;
      return new Response("", { status: 401, headers: { "www-authenticate": challenge } });
    }
    stub.pulls.push(`${request.method} ${pathname}`);
    const headers = new Headers(request.headers);
    headers.delete("authorization");
    return await fetch(`http://${registry}${pathname}${search}`, { method: request.method, headers });
  }

  return Object.assign(stub, { answers, serve });
}

async function tagsOf(registry: string, repository: string): Promise<readonly string[]> {
  const listed = await fetch(`http://${registry}/v2/${repository}/tags/list`);
  const { tags }: { tags?: string[] | null } = listed.ok ? await listed.json() : {};
  return tags ?? [];
}

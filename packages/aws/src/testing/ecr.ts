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
  /** What a login is good for. */
  loginSeconds: number;
  /** Requests to the registry itself, as `METHOD path`. */
  readonly pulls: string[];
}

const PAGE_SIZE = 3;
const MANIFEST_TYPES = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
].join(", ");

type Answer = (call: StubCall, request: SignedRequest) => Response | Promise<Response>;

/** ECR in front of a registry that lets everybody in: its JSON 1.1 API, and the registry behind its sign-in. */
export function startEcr(registry: string) {
  const tokens = new Set<string>();
  const stub: EcrStub = { repositories: [], pushedAt: new Map(), loginSeconds: 12 * 3600, pulls: [] };
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
      const { registryId = call.accountId, nextToken = "0" } = JSON.parse(body);
      const names = known({ accountId: registryId, region: call.region }).map(({ name }) => ({
        registryId,
        repositoryName: name,
        repositoryUri: `${url.host}/${name}`,
      }));
      return ecrAnswer({ repositories: pageOf(names, nextToken), ...nextOf(names, nextToken) });
    },
    async DescribeImages(call, { body }) {
      const { registryId = call.accountId, nextToken = "0", imageIds } = JSON.parse(body);
      if (known({ accountId: registryId, region: call.region }, call.subject).length === 0)
        return missing(call);
      const all = await imagesOf(registry, call.subject, stub.pushedAt);
      const wanted: string[] | undefined = imageIds?.map(
        ({ imageDigest }: { imageDigest: string }) => imageDigest,
      );
      const images = all.filter(({ imageDigest }) => wanted?.includes(imageDigest) ?? true);
      if (wanted !== undefined && images.length === 0) {
        return refused("ecr", 400, "ImageNotFoundException", `There is no image ${wanted[0]}.`);
      }
      return ecrAnswer({ imageDetails: pageOf(images, nextToken), ...nextOf(images, nextToken) });
    },
  };

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

const pageOf = <Item>(items: readonly Item[], token: string) =>
  items.slice(Number(token), Number(token) + PAGE_SIZE);
const nextOf = (items: readonly unknown[], token: string) =>
  Number(token) + PAGE_SIZE < items.length ? { nextToken: String(Number(token) + PAGE_SIZE) } : {};

interface StubImage {
  readonly imageDigest: string;
  readonly imageTags: string[];
  readonly artifactMediaType?: string;
}

/** The images of a repository, each with its tags, as the registry has them now. */
async function imagesOf(registry: string, repository: string, pushedAt: ReadonlyMap<string, Date>) {
  const base = `http://${registry}/v2/${repository}`;
  const listed = await fetch(`${base}/tags/list`);
  const { tags }: { tags?: string[] | null } = listed.ok ? await listed.json() : {};
  const images = new Map<string, StubImage>();
  for (const tag of tags ?? []) {
    const answer = await fetch(`${base}/manifests/${tag}`, { headers: { accept: MANIFEST_TYPES } });
    if (!answer.ok) continue;
    const imageDigest = answer.headers.get("docker-content-digest") ?? "";
    const { config } = await answer.json();
    const image: StubImage = images.get(imageDigest) ?? {
      imageDigest,
      imageTags: [],
      ...(config?.mediaType === undefined ? {} : { artifactMediaType: config.mediaType }),
    };
    image.imageTags.push(tag);
    images.set(imageDigest, image);
  }
  return [...images.values()].map((image) => ({
    ...image,
    imagePushedAt: (pushedAt.get(image.imageDigest)?.getTime() ?? Date.now()) / 1000,
  }));
}

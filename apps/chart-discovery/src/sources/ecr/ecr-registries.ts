import {
  DescribeImagesCommand,
  ECRClient,
  paginateDescribeImages,
  paginateDescribeRepositories,
} from "@aws-sdk/client-ecr";
import { awsClientOptions, awsReason, ecrLogins } from "@platz/aws";
import { HELM_CONFIG_TYPE, openRegistry, type Registry, RegistryError } from "@platz/oci";

/** Whose registry, and where: each account has one in each region. */
export interface EcrPlace {
  readonly account: string;
  readonly region: string;
}

/** A tag of a chart, as ECR lists it. */
export interface EcrTag {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

export interface EcrRegistries extends Disposable {
  /** The name of a registry, as charts of it are recorded and pulled. */
  domainOf(place: EcrPlace): Promise<string>;
  /** A registry whose name `domainOf` has given, behind its sign-in. */
  registryOf(domain: string): Registry;
  /** Every tag of a chart in a registry. What is no chart is left out by what ECR says of it. */
  tagsOf(place: EcrPlace, isWanted: (repository: string) => boolean): AsyncIterable<EcrTag>;
  /** When ECR got an image, `undefined` when it is gone. */
  pushedAt(domain: string, repository: string, digest: string): Promise<Date | undefined>;
}

const TIMEOUT_MS = 30_000;

/** The registries of ECR that the process's AWS credentials reach. Failures are `RegistryError`s. */
export function ecrRegistries(signal: AbortSignal): EcrRegistries {
  const loginOf = ecrLogins();
  const clients = new Map<string, ECRClient>();
  const opened = new Map<string, { readonly registry: Registry; readonly place: EcrPlace }>();

  const clientOf = (region: string) => {
    const client = clients.get(region) ?? new ECRClient({ ...awsClientOptions(TIMEOUT_MS), region });
    clients.set(region, client);
    return client;
  };
  const loginTo = async (region: string) => {
    try {
      return await loginOf(region);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : "";
      throw new RegistryError("unreachable", `There is no login to ECR in ${region}. ${why}`, { cause });
    }
  };
  const openedAs = (domain: string) => {
    const known = opened.get(domain);
    if (known === undefined) throw new TypeError(`The registry ${domain} is none of those looked at.`);
    return known;
  };

  return {
    async domainOf(place) {
      const { domain: own } = await loginTo(place.region);
      // The own registry's name begins with the own account; that of another account differs in nothing else.
      const domain = own.replace(/^\d{12}(?=\.dkr)/, place.account);
      if (!opened.has(domain)) {
        const registry = openRegistry({ domain, credentials: () => loginOf(place.region), signal });
        opened.set(domain, { registry, place });
      }
      return domain;
    },
    registryOf: (domain) => openedAs(domain).registry,
    async *tagsOf({ account, region }, isWanted) {
      const client = clientOf(region);
      const config = { client, pageSize: 1000 };
      const pages = paginateDescribeRepositories(config, { registryId: account });
      for await (const { repositories = [] } of answers(`the registry of account ${account}`, pages)) {
        for (const { repositoryName: repository = "" } of repositories) {
          if (isWanted(repository)) yield* chartTags(config, account, repository);
        }
      }
    },
    async pushedAt(domain, repository, digest) {
      const { account, region } = openedAs(domain).place;
      const command = new DescribeImagesCommand({
        registryId: account,
        repositoryName: repository,
        imageIds: [{ imageDigest: digest }],
      });
      const what = `the image ${digest} of ${repository}`;
      try {
        const { imageDetails: [image] = [] } = await answer(what, clientOf(region).send(command));
        return image?.imagePushedAt;
      } catch (error) {
        if (error instanceof RegistryError && error.kind === "not-found") return undefined;
        throw error;
      }
    },
    [Symbol.dispose]() {
      for (const client of clients.values()) client.destroy();
    },
  };
}

async function* chartTags(
  config: Parameters<typeof paginateDescribeImages>[0],
  account: string,
  repository: string,
): AsyncGenerator<EcrTag> {
  const input = { registryId: account, repositoryName: repository, filter: { tagStatus: "TAGGED" } } as const;
  try {
    for await (const { imageDetails = [] } of answers(repository, paginateDescribeImages(config, input))) {
      const charts = imageDetails.filter(({ artifactMediaType }) => artifactMediaType === HELM_CONFIG_TYPE);
      yield* charts.flatMap(({ imageDigest: digest = "", imageTags = [] }) =>
        imageTags.map((tag) => ({ repository, tag, digest })),
      );
    }
  } catch (error) {
    // It was deleted while its registry was looked through.
    if (!(error instanceof RegistryError && error.kind === "not-found")) throw error;
  }
}

async function* answers<Page>(what: string, pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  try {
    yield* pages;
  } catch (cause) {
    throw failureOf(what, cause);
  }
}

async function answer<Answer>(what: string, asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (cause) {
    throw failureOf(what, cause);
  }
}

const gone: ReadonlySet<string> = new Set(["RepositoryNotFoundException", "ImageNotFoundException"]);
const refusals = /AccessDenied|NotAuthorized|UnrecognizedClient|InvalidSignature|ExpiredToken/;

/** Refusals stay until somebody changes a policy; all else may pass. */
function failureOf(what: string, cause: unknown): RegistryError {
  if (cause instanceof RegistryError) return cause;
  const name = cause instanceof Error ? cause.name : "";
  const kind = gone.has(name) ? "not-found" : refusals.test(name) ? "unauthorized" : "unreachable";
  return new RegistryError(kind, `ECR does not give ${what}. ${awsReason(cause)}`, { cause });
}

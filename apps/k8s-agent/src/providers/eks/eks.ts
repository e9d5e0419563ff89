import { type ClusterProvider, type Discovery, ProviderError } from "../cluster-provider.ts";
import { type AwsAccount, type AwsIdentity, awsAccount } from "./aws-account.ts";
import { listRegions } from "./list-regions.ts";
import { blindSpotOf, type Look, lookAtRegion } from "./look-at-region.ts";

export interface EksOptions {
  /** The only regions to look at; absent: every one that is enabled for the account. */
  readonly regions: readonly string[] | undefined;
  /** Whose clusters: roles to assume, `self` for the agent's own credentials. */
  readonly identities: readonly AwsIdentity[];
  /** How long one answer of AWS is waited for, in ms. */
  readonly timeoutMs?: number;
  /** The time, in ms. */
  readonly now?: () => number;
}

const TIMEOUT_MS = 20_000;

/**
 * The EKS clusters of some AWS accounts: all regions at once, all pages. What one account, region or cluster does not
 * tell is a blind spot, and says nothing of the others. Where AWS is, and the agent's own credentials, are the SDK's
 * standard settings (`AWS_REGION`, `AWS_PROFILE`, `AWS_ENDPOINT_URL`, …).
 */
export function eksProvider(options: EksOptions): ClusterProvider {
  const { regions, identities, timeoutMs = TIMEOUT_MS, now = Date.now } = options;
  const homeRegion = regions?.[0];
  const accounts = identities.map((identity) => awsAccount(identity, { homeRegion, timeoutMs }));

  async function lookAtAccount(account: AwsAccount, signal: AbortSignal): Promise<readonly Look[]> {
    try {
      const all = regions ?? (await listRegions(account, { homeRegion, timeoutMs, signal }));
      return await Promise.all(
        all.map((region) => lookAtRegion({ account, region, timeoutMs, now }, signal)),
      );
    } catch (error) {
      return [{ clusters: [], blindSpots: [blindSpotOf(account, error)], hasAnswered: false }];
    }
  }

  return {
    name: "eks",
    owns: (providerId) => /^arn:[^:]+:eks:/.test(providerId),
    async discover(signal): Promise<Discovery> {
      const looks = (await Promise.all(accounts.map((account) => lookAtAccount(account, signal)))).flat();
      signal.throwIfAborted();
      const blindSpots = looks.flatMap((look) => look.blindSpots);
      const [first] = blindSpots;
      if (first !== undefined && !looks.some(({ hasAnswered }) => hasAnswered)) {
        throw new ProviderError(`Of ${first.part} nothing is known: ${first.reason}`);
      }
      return { clusters: looks.flatMap((look) => look.clusters), blindSpots };
    },
  };
}

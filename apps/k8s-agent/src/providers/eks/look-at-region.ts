import { type EKSClient, paginateListClusters, ResourceNotFoundException } from "@aws-sdk/client-eks";
import type { BlindSpot, DiscoveredCluster } from "../cluster-provider.ts";
import { type AwsAccount, eksClient } from "./aws-account.ts";
import { awsFailure } from "./aws-failure.ts";
import { describeCluster, discoveredCluster, type EksPlace } from "./eks-cluster.ts";

/** What was seen of one part of the world. */
export interface Look {
  readonly clusters: readonly DiscoveredCluster[];
  readonly blindSpots: readonly BlindSpot[];
  /** Whether there was any answer. */
  readonly hasAnswered: boolean;
}

/** Clusters that are asked about at once: EKS throttles by account and region. */
const AT_ONCE = 4;
/** A region may take as long as so many answers that come at the last moment. */
const ANSWERS_WAITED_FOR = 3;

/** Every cluster of one region. What cannot be looked at is a blind spot, and ends nothing. */
export async function lookAtRegion(place: EksPlace, stop: AbortSignal): Promise<Look> {
  const { account, region, timeoutMs } = place;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs * ANSWERS_WAITED_FOR)]);
  const client = eksClient(account, region, timeoutMs);
  try {
    const names = await listNames(client, signal);
    const clusters: DiscoveredCluster[] = [];
    const blindSpots: BlindSpot[] = [];
    const remaining = names.values();
    const takeNext = async () => {
      for (const name of remaining) {
        const found = await lookAtCluster(client, name, { place, signal });
        if (found === undefined) continue;
        if ("connect" in found) clusters.push(found);
        else blindSpots.push(found);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, takeNext));
    return { clusters, blindSpots, hasAnswered: true };
  } catch (error) {
    return { clusters: [], blindSpots: [blindSpotOf(account, error, { region })], hasAnswered: false };
  } finally {
    client.destroy();
  }
}

async function listNames(client: EKSClient, signal: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  for await (const { clusters = [] } of paginateListClusters({ client }, {}, { abortSignal: signal })) {
    names.push(...clusters);
  }
  return names;
}

/** Nothing, when it has gone since it was listed. */
async function lookAtCluster(
  client: EKSClient,
  name: string,
  { place, signal }: { readonly place: EksPlace; readonly signal: AbortSignal },
): Promise<DiscoveredCluster | BlindSpot | undefined> {
  try {
    const cluster = await describeCluster(client, name, signal);
    return cluster && discoveredCluster(cluster, place);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    return blindSpotOf(place.account, error, { region: place.region, name });
  }
}

/** Why an account, one region of it, or one cluster cannot be looked at. */
export function blindSpotOf(
  { title, accountId }: AwsAccount,
  error: unknown,
  { region, name }: { readonly region?: string; readonly name?: string } = {},
): BlindSpot {
  const place = region === undefined ? title : `region ${region} of ${title}`;
  return {
    part: name === undefined ? place : `cluster ${name} in ${place}`,
    reason: awsFailure(error).message,
    covers({ providerId }) {
      const arn = /^arn:[^:]+:eks:([^:]*):([^:]*):cluster\/(.*)$/.exec(providerId);
      const wanted = [region, accountId, name];
      return arn !== null && wanted.every((each, index) => each === undefined || each === arn[index + 1]);
    },
  };
}

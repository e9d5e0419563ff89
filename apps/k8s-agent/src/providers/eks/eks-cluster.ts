import { type Cluster, DescribeClusterCommand, type EKSClient } from "@aws-sdk/client-eks";
import type { ClusterConnection } from "@platz/kubernetes";
import { type DiscoveredCluster, ProviderError } from "../cluster-provider.ts";
import { type AwsAccount, eksClient } from "./aws-account.ts";
import { awsFailure } from "./aws-failure.ts";
import { eksTokenSource } from "./eks-token.ts";

/** Where a cluster is, and with what it is asked about. */
export interface EksPlace {
  readonly account: AwsAccount;
  readonly region: string;
  readonly timeoutMs: number;
  readonly now: () => number;
}

/** Why a cluster cannot be used. One that is being updated answers all the while, as EKS promises. */
const obstacles: Readonly<Record<string, string | undefined>> = {
  ACTIVE: undefined,
  UPDATING: undefined,
  CREATING: "EKS is still creating the cluster.",
  PENDING: "The cluster is not registered with EKS yet.",
  DELETING: "EKS is deleting the cluster.",
  FAILED: "EKS could not create the cluster.",
};

export async function describeCluster(
  client: EKSClient,
  name: string,
  signal: AbortSignal,
): Promise<Cluster | undefined> {
  const { cluster } = await client.send(new DescribeClusterCommand({ name }), { abortSignal: signal });
  return cluster;
}

/** A described cluster as the fleet wants it, whatever its status; nothing for an answer without a name. */
export function discoveredCluster({ arn, name }: Cluster, place: EksPlace): DiscoveredCluster | undefined {
  if (arn === undefined || name === undefined) return undefined;
  return {
    providerId: arn,
    name,
    regionName: place.region,
    connect: (signal) => connect(name, place, signal),
  };
}

/** Described anew each time: its status, address and certificate are those of now. */
async function connect(name: string, place: EksPlace, signal: AbortSignal): Promise<ClusterConnection> {
  const client = eksClient(place.account, place.region, place.timeoutMs);
  try {
    const cluster = await describeCluster(client, name, signal);
    return await connectionTo(cluster ?? {}, name, place);
  } catch (error) {
    throw error instanceof ProviderError ? error : awsFailure(error);
  } finally {
    client.destroy();
  }
}

async function connectionTo(
  { status, endpoint, certificateAuthority }: Cluster,
  name: string,
  { account, region, now }: EksPlace,
): Promise<ClusterConnection> {
  const said = status ?? "in no state";
  const obstacle = said in obstacles ? obstacles[said] : `EKS says that the cluster is ${said}.`;
  if (obstacle !== undefined) throw new ProviderError(obstacle);
  if (endpoint === undefined || certificateAuthority?.data === undefined) {
    throw new ProviderError("EKS gives no address and certificate for the cluster.");
  }
  return {
    context: name,
    server: endpoint.replace(/\/+$/, ""),
    ca: Buffer.from(certificateAuthority.data, "base64").toString("utf8"),
    cert: undefined,
    key: undefined,
    token: eksTokenSource({ account, region, clusterName: name, now }),
    serverName: undefined,
    skipTlsVerify: false,
  };
}

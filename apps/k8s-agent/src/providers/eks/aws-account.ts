import { EKSClient } from "@aws-sdk/client-eks";
import { STSClient } from "@aws-sdk/client-sts";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { awsClientOptions } from "@platz/aws";

/** One AWS identity, and what is asked with it. */
export interface AwsAccount {
  /** For a person: `the agent's own AWS account`, `the AWS account 111122223333`. */
  readonly title: string;
  /** Known of a role that is assumed; the agent's own is whatever its credentials say. */
  readonly accountId: string | undefined;
  /** Asked for again when they are about to run out. */
  readonly credentials: STSClient["config"]["credentials"];
}

/** The role ARN, or `self` for the agent's own credentials. */
export type AwsIdentity = string;

/** An identity, with credentials that are shared by everything that is asked with it. Nothing is asked yet. */
export function awsAccount(
  identity: AwsIdentity,
  { homeRegion, timeoutMs }: { readonly homeRegion: string | undefined; readonly timeoutMs: number },
): AwsAccount {
  const region = homeRegion === undefined ? {} : { region: homeRegion };
  const options = { ...awsClientOptions(timeoutMs), ...region };
  if (identity === "self") {
    const { credentials } = new STSClient(options).config;
    return { title: "the agent's own AWS account", accountId: undefined, credentials };
  }
  const accountId = identity.split(":")[4];
  const params = { RoleArn: identity, RoleSessionName: "platz-k8s-agent" };
  const assumed = fromTemporaryCredentials({ params, clientConfig: options });
  // The client's own configuration keeps credentials until they are about to run out.
  const { credentials } = new STSClient({ ...options, credentials: assumed }).config;
  return { title: `the AWS account ${accountId}`, accountId, credentials };
}

/** A client for one region, to be destroyed after use. */
export function eksClient({ credentials }: AwsAccount, region: string, timeoutMs: number): EKSClient {
  return new EKSClient({ ...awsClientOptions(timeoutMs), region, credentials });
}

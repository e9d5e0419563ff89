import { Sha256 } from "@aws-crypto/sha256-js";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { KubernetesError, type TokenSource } from "@platz/kubernetes";
import { SignatureV4 } from "@smithy/signature-v4";
import { ProviderError } from "../cluster-provider.ts";
import type { AwsAccount } from "./aws-account.ts";
import { awsFailure } from "./aws-failure.ts";

/** EKS takes a token for 15 minutes after it was signed; who is given one has at least five of them left. */
const TOKEN_USE_MS = 9 * 60_000;
/** How long STS answers the signed question, in seconds: EKS asks it at once. */
const QUESTION_SECONDS = 60;

export interface EksTokenOptions {
  readonly account: AwsAccount;
  readonly region: string;
  /** The cluster's name, which is part of what is signed: a token for one cluster is none for another. */
  readonly clusterName: string;
  /** The time, in ms. */
  readonly now: () => number;
}

/**
 * The bearer token of an EKS cluster: `k8s-aws-v1.` and, in base64url, the address of a question to STS who asks it,
 * signed with the account's credentials. It is signed here, without asking anybody, and anew before it runs out.
 */
export function eksTokenSource(options: EksTokenOptions): TokenSource {
  const { account, now } = options;
  let known: { readonly token: string; readonly until: number } | undefined;
  return async () => {
    if (known !== undefined && now() < known.until) return known.token;
    try {
      const signedAt = now();
      const { expiration } = await account.credentials();
      const credentialsUntil = expiration?.getTime() ?? Number.POSITIVE_INFINITY;
      const token = await signedToken(options, new Date(signedAt));
      known = { token, until: Math.min(signedAt + TOKEN_USE_MS, credentialsUntil) };
      return token;
    } catch (error) {
      const { message } = error instanceof ProviderError ? error : awsFailure(error);
      throw new KubernetesError(`No token could be made for the cluster: ${message}`, 0, { cause: error });
    }
  };
}

async function signedToken(
  { account, region, clusterName }: EksTokenOptions,
  signingDate: Date,
): Promise<string> {
  const { credentials } = account;
  const endpoint = await stsEndpoint(account, region);
  const signer = new SignatureV4({ service: "sts", region, credentials, sha256: Sha256 });
  const { protocol, hostname, port, pathname, host } = endpoint;
  const { query = {} } = await signer.presign(
    {
      method: "GET",
      protocol,
      hostname,
      ...(port === "" ? {} : { port: Number(port) }),
      path: pathname,
      query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
      headers: { host, "x-k8s-aws-id": clusterName },
    },
    { expiresIn: QUESTION_SECONDS, signingDate },
  );
  for (const [name, value] of Object.entries(query)) endpoint.searchParams.set(name, String(value));
  return `k8s-aws-v1.${Buffer.from(endpoint.href).toString("base64url")}`;
}

/** Where the region's STS is, by the SDK's own rules and settings. Nothing is sent. */
async function stsEndpoint({ credentials }: AwsAccount, region: string): Promise<URL> {
  const client = new STSClient({ region, credentials });
  const question = new GetCallerIdentityCommand({});
  let found: URL | undefined;
  question.middlewareStack.add(
    (_, context) => async () => {
      found = context.endpointV2?.url;
      return { response: undefined, output: { $metadata: {} } };
    },
    { step: "build", name: "stopBeforeSending" },
  );
  await client.send(question);
  client.destroy();
  if (found === undefined) throw new ProviderError(`AWS has no STS in the region ${region}.`);
  return new URL(found);
}

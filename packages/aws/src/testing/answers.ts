import type { ClusterStatus } from "@aws-sdk/client-eks";

/** A cluster that the stub has. */
export interface StubCluster {
  readonly region: string;
  readonly name: string;
  readonly status: ClusterStatus;
  readonly endpoint?: string;
  readonly ca?: string;
}

const xml = (text: string, status = 200) =>
  new Response(`<?xml version="1.0" encoding="UTF-8"?>\n${text}`, {
    status,
    headers: { "content-type": "text/xml" },
  });

export const arnOf = (accountId: string, { region, name }: Pick<StubCluster, "region" | "name">) =>
  `arn:aws:eks:${region}:${accountId}:cluster/${name}`;

/** A refusal, in the words of the service. */
export function refused(service: string, status: number, code: string, message: string): Response {
  if (service === "eks") {
    return Response.json({ message }, { status, headers: { "x-amzn-errortype": code } });
  }
  if (service === "ecr") return ecrAnswer({ __type: code, message }, status);
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return service === "ec2"
    ? xml(`<Response><Errors>${error}</Errors><RequestID>r</RequestID></Response>`, status)
    : xml(`<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>`, status);
}

/** An answer of the JSON 1.1 protocol. */
export const ecrAnswer = (body: object, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/x-amz-json-1.1" } });

export function regionsAnswer(regions: readonly string[]): Response {
  const items = regions.map(
    (name) =>
      `<item><regionName>${name}</regionName><regionEndpoint>ec2.${name}.amazonaws.com</regionEndpoint><optInStatus>opt-in-not-required</optInStatus></item>`,
  );
  return xml(
    `<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><regionInfo>${items.join("")}</regionInfo></DescribeRegionsResponse>`,
  );
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

export function assumeRoleAnswer(keys: Keys, arn: string): Response {
  return xml(
    `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>AROA:s</AssumedRoleId><Arn>${arn}</Arn></AssumedRoleUser><Credentials><AccessKeyId>${keys.accessKeyId}</AccessKeyId><SecretAccessKey>${keys.secretAccessKey}</SecretAccessKey><SessionToken>${keys.sessionToken}</SessionToken><Expiration>${keys.expiration.toISOString()}</Expiration></Credentials></AssumeRoleResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleResponse>`,
  );
}

export const callerAnswer = (accountId: string, arn: string) =>
  Response.json({
    GetCallerIdentityResponse: {
      GetCallerIdentityResult: { Account: accountId, Arn: arn, UserId: "U" },
      ResponseMetadata: { RequestId: "r" },
    },
  });

/** A page of names, as `ListClusters` gives them. */
export function namesAnswer(names: readonly string[], url: URL, pageSize: number): Response {
  const from = Number(url.searchParams.get("nextToken") ?? 0);
  const next = from + pageSize;
  return Response.json({
    clusters: names.slice(from, next),
    nextToken: next < names.length ? String(next) : null,
  });
}

export const clusterAnswer = (accountId: string, cluster: StubCluster) =>
  Response.json({
    cluster: {
      arn: arnOf(accountId, cluster),
      name: cluster.name,
      status: cluster.status,
      version: "1.36",
      ...(cluster.endpoint === undefined ? {} : { endpoint: cluster.endpoint }),
      ...(cluster.ca === undefined
        ? {}
        : { certificateAuthority: { data: Buffer.from(cluster.ca).toString("base64") } }),
    },
  });

import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { awsClientOptions } from "./client-options.ts";
import { awsReason } from "./reason.ts";

/** A login to the registries of one region, for as long as it is good. */
export interface EcrLogin {
  readonly username: string;
  readonly password: string;
  /** The caller's own registry in that region, as `host[:port]`. */
  readonly domain: string;
}

/** So long before its end a login is not begun to be used any more. */
const MARGIN_MS = 10 * 60_000;
const TIMEOUT_MS = 10_000;

/**
 * Logins to ECR by the AWS credentials that the process has, one for each region, asked for again when they are about
 * to run out (Amazon ECR API, GetAuthorizationToken). Without a region it is that of the SDK's own settings. Throws an
 * `Error` whose message says why AWS gave none.
 */
export function ecrLogins(now: () => number = Date.now): (region?: string) => Promise<EcrLogin> {
  const kept = new Map<string, KeptLogin>();
  return async (region) => {
    const key = region ?? "";
    const known = kept.get(key);
    // One that is still being asked for is good for everybody.
    if (known !== undefined && known.goodUntilMs > now()) return await known.login;
    const { promise: login, resolve, reject } = Promise.withResolvers<EcrLogin>();
    const fresh: KeptLogin = { login, goodUntilMs: Number.POSITIVE_INFINITY };
    kept.set(key, fresh);
    askLogin(region).then(
      ({ expiresAtMs, ...answer }) => {
        fresh.goodUntilMs = expiresAtMs - MARGIN_MS;
        resolve(answer);
      },
      (cause) => {
        kept.delete(key);
        reject(new Error(awsReason(cause), { cause }));
      },
    );
    return await login;
  };
}

interface KeptLogin {
  readonly login: Promise<EcrLogin>;
  goodUntilMs: number;
}

async function askLogin(region: string | undefined): Promise<EcrLogin & { readonly expiresAtMs: number }> {
  const client = new ECRClient({
    ...awsClientOptions(TIMEOUT_MS),
    ...(region === undefined ? {} : { region }),
  });
  try {
    const { authorizationData: [data] = [] } = await client.send(new GetAuthorizationTokenCommand({}));
    const [, username, password] = /^([^:]+):(.+)$/s.exec(atob(data?.authorizationToken ?? "")) ?? [];
    const url = URL.parse(data?.proxyEndpoint ?? "");
    if (username === undefined || password === undefined || url === null) {
      throw new TypeError("ECR answered without a token");
    }
    return { username, password, domain: url.host, expiresAtMs: data?.expiresAt?.getTime() ?? 0 };
  } finally {
    client.destroy();
  }
}

/** The region in the name of a registry of ECR, such as `111122223333.dkr.ecr.eu-west-1.amazonaws.com`. */
export function regionOfEcrDomain(domain: string): string | undefined {
  return /^\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(domain)?.[1];
}

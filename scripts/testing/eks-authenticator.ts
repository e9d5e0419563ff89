import { z } from "zod";

const Review = z.object({ spec: z.object({ token: z.string() }) });
const Identity = z.object({
  GetCallerIdentityResponse: z.object({ GetCallerIdentityResult: z.object({ Arn: z.string() }) }),
});

const PREFIX = "k8s-aws-v1.";

/**
 * Says whose a bearer token is, as the authenticator of an EKS cluster does: the token is a signed question to STS, who
 * asks it is who sent the token. STS is whatever listens on loopback at the address in the token; every identity is an admin.
 */
export function startEksAuthenticator(clusterName: string): AsyncDisposable & { readonly url: string } {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    development: false,
    async fetch(request) {
      const { token } = Review.parse(await request.json()).spec;
      const arn = await callerOf(token, clusterName).catch(() => undefined);
      const status =
        arn === undefined
          ? { authenticated: false }
          : { authenticated: true, user: { username: arn, groups: ["system:masters"] } };
      return Response.json({ apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", status });
    },
  });
  return { url: `http://127.0.0.1:${server.port}/`, [Symbol.asyncDispose]: () => server.stop(true) };
}

async function callerOf(token: string, clusterName: string): Promise<string | undefined> {
  if (!token.startsWith(PREFIX)) return undefined;
  const url = new URL(Buffer.from(token.slice(PREFIX.length), "base64url").toString("utf8"));
  const isOurs = url.hostname === "127.0.0.1" && url.searchParams.get("Action") === "GetCallerIdentity";
  const signed = url.searchParams.get("X-Amz-SignedHeaders")?.split(";") ?? [];
  if (!isOurs || !signed.includes("x-k8s-aws-id")) return undefined;
  const response = await fetch(url, {
    headers: { accept: "application/json", "x-k8s-aws-id": clusterName },
    redirect: "error",
  });
  if (!response.ok) return undefined;
  return Identity.parse(await response.json()).GetCallerIdentityResponse.GetCallerIdentityResult.Arn;
}

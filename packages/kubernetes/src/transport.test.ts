import "reflect-metadata";
import { afterAll, describe, expect, test } from "bun:test";
import * as x509 from "@peculiar/x509";
import { z } from "zod";
import type { ClusterConnection } from "./kubeconfig.ts";
import {
  describeKubernetesError,
  isUnauthorized,
  isUnreachable,
  KubernetesError,
} from "./kubernetes-error.ts";
import { testCluster } from "./testing/test-cluster.ts";
import { createTransport } from "./transport.ts";

const cluster = await testCluster();
afterAll(() => cluster[Symbol.asyncDispose]());
const { connection } = cluster;
const anonymous = { ...connection, cert: undefined, key: undefined };

const Review = z.object({ status: z.object({ userInfo: z.object({ username: z.string() }) }) });

/** Who the API server takes us for. */
async function identity(as: ClusterConnection): Promise<string> {
  const review = await createTransport(as).json(Review, {
    method: "POST",
    path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
  });
  return review.status.userInfo.username;
}

async function failure(work: Promise<unknown>): Promise<KubernetesError> {
  const error = await work.then(
    () => undefined,
    (thrown) => thrown,
  );
  if (error instanceof KubernetesError) return error;
  throw new Error("no KubernetesError was thrown", { cause: error });
}

async function strangersCa(): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  if (!("privateKey" in keys)) throw new Error("no pair of keys was made");
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=stranger",
    keys,
    signingAlgorithm: algorithm,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  return certificate.toString("pem");
}

describe("identity", () => {
  test("the server sees who a client certificate, and who a token, belongs to; neither is lent to the next request", async () => {
    const { name } = await cluster.newNamespace();
    const account = `/api/v1/namespaces/${name}/serviceaccounts`;
    await cluster.call({ method: "POST", path: account, body: { metadata: { name: "robot" } } });
    const answer = await cluster.call({ method: "POST", path: `${account}/robot/token`, body: { spec: {} } });
    const { token } = z.object({ status: z.object({ token: z.string() }) }).parse(answer).status;

    const admin = await identity(connection);
    expect(admin).not.toContain("system:anonymous");
    expect(await identity({ ...anonymous, token })).toBe(`system:serviceaccount:${name}:robot`);
    expect(isUnauthorized(await failure(identity(anonymous)))).toBe(true);
    expect(await identity(connection)).toBe(admin);
  });

  test("a server that nobody vouches for is not spoken to, unless it was asked for", async () => {
    for (const ca of [undefined, await strangersCa()]) {
      const error = await failure(identity({ ...connection, ca }));
      expect(error.message).toContain("certificate is not trusted");
      expect(isUnreachable(error)).toBe(true);
    }
    expect(await identity({ ...connection, ca: undefined, skipTlsVerify: true })).toBe(
      await identity(connection),
    );
    const misnamed = await failure(identity({ ...connection, serverName: "elsewhere.example" }));
    expect(misnamed.message).toMatch(/another name|not trusted/);
  });

  test("a token that does not last is asked for at each request, and one that cannot be had is no request", async () => {
    const { name } = await cluster.newNamespace();
    const account = `/api/v1/namespaces/${name}/serviceaccounts`;
    await cluster.call({ method: "POST", path: account, body: { metadata: { name: "robot" } } });
    let given = 0;
    const token = async () => {
      given += 1;
      const answer = await cluster.call({
        method: "POST",
        path: `${account}/robot/token`,
        body: { spec: {} },
      });
      return z.object({ status: z.object({ token: z.string() }) }).parse(answer).status.token;
    };
    for (const time of [1, 2]) {
      expect(await identity({ ...anonymous, token })).toBe(`system:serviceaccount:${name}:robot`);
      expect(given).toBe(time);
    }
    const none = async () => {
      throw new KubernetesError("There is no credential now.", 0);
    };
    const error = await failure(identity({ ...anonymous, token: none }));
    expect([error.message, isUnreachable(error)]).toEqual(["There is no credential now.", true]);
  });

  test("a refused token is told without the token", async () => {
    const error = await failure(identity({ ...anonymous, token: "s3cr3t-t0ken" }));
    expect([error.code, isUnauthorized(error)]).toEqual([401, true]);
    expect(`${describeKubernetesError(error)} ${error.message}`).not.toContain("s3cr3t");
  });
});

describe("bad servers", () => {
  const at = (port: number, protocol = "http") =>
    createTransport({ ...anonymous, ca: undefined, server: `${protocol}://127.0.0.1:${port}` });

  test("no connection, and a connection without an answer, are unreachable; the message names no address", async () => {
    using mute = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const errors = [
      await failure(at(1).send({ path: "/" })),
      await failure(at(mute.port).send({ path: "/", timeoutMs: 100 })),
      await failure(at(mute.port, "https").send({ path: "/", timeoutMs: 100 })),
      await failure(
        at(mute.port).stream({ path: "/", timeoutMs: 100, signal: new AbortController().signal }),
      ),
    ];
    for (const error of errors) {
      expect(isUnreachable(error)).toBe(true);
      expect(error.message).not.toMatch(/127\.0\.0\.1|\d{4}/);
    }
    expect(errors[0]?.message).toContain("connection refused");
    expect(errors[1]?.message).toContain("in time");
  });

  test("an answer that stops in its middle, or is no JSON, is told as what it is", async () => {
    const body = () =>
      new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("{")) });
    using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: ({ url }) => new Response(url.endsWith("/stops") ? body() : "<html>"),
    });
    const transport = at(server.port ?? 0);
    const stopped = await failure(transport.json(z.unknown(), { path: "/stops", timeoutMs: 100 }));
    expect([stopped.code, stopped.message]).toEqual([0, "The cluster's API server did not answer in time."]);
    const page = await failure(transport.json(z.unknown(), { path: "/page" }));
    expect([page.code, page.message]).toEqual([
      500,
      "The cluster's API server gave an answer that makes no sense.",
    ]);
  });

  test("an answer without end is given up before it fills the memory", async () => {
    const piece = new Uint8Array(1024 * 1024);
    const body = () => new ReadableStream({ pull: (controller) => controller.enqueue(piece) });
    using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(body()) });
    const error = await failure(at(server.port ?? 0).json(z.unknown(), { path: "/" }));
    expect(error.message).toContain("too large");
  });

  test("a redirect is not followed: the credential goes nowhere else", async () => {
    let visited = false;
    using elsewhere = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch() {
        visited = true;
        return new Response("{}");
      },
    });
    using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => Response.redirect(String(elsewhere.url)),
    });
    await failure(at(server.port ?? 0).json(z.unknown(), { path: "/" }));
    expect(visited).toBe(false);
  });

  test("the caller's own abort comes out as its own reason", async () => {
    using mute = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const stop = new AbortController();
    const asking = at(mute.port).send({ path: "/", signal: stop.signal });
    stop.abort(new Error("enough"));
    await expect(asking).rejects.toThrow("enough");
  });
});

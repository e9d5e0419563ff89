import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClusterConnection, kubeconfigYaml } from "@platz/kubernetes";

/** An API server behind one that counts: whoever comes through it is the one behind its credential. */
export async function countingProxy(connection: ClusterConnection) {
  const { server: target, ca, cert, key } = connection;
  const requests: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      requests.push(`${request.method} ${pathname}`);
      const body = request.body === null ? {} : { body: await request.arrayBuffer() };
      const headers = new Headers(request.headers);
      for (const name of ["host", "authorization", "accept-encoding"]) headers.delete(name);
      const init = {
        method: request.method,
        headers,
        ...body,
        tls: { ca, cert, key },
        signal: request.signal,
      };
      const answer = await fetch(`${target}${pathname}${search}`, init as RequestInit);
      return new Response(answer.body, { status: answer.status, headers: answer.headers });
    },
  });
  const folder = await mkdtemp(join(tmpdir(), "platz-bench-"));
  const kubeconfig = join(folder, "kubeconfig");
  const through = {
    ...connection,
    server: `http://127.0.0.1:${server.port}`,
    cert: undefined,
    key: undefined,
    token: "any",
  };
  await writeFile(kubeconfig, kubeconfigYaml(through), { mode: 0o600 });
  return {
    requests,
    kubeconfig,
    async [Symbol.asyncDispose]() {
      await server.stop(true);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

export interface TestServer extends AsyncDisposable {
  readonly port: number;
  /** How many connections were made. */
  connections(): number;
}

/** A server on a free loopback port; with TLS when it gets a certificate. */
export async function testServer(
  listener: RequestListener,
  certificate?: { readonly cert: string; readonly key: string },
): Promise<TestServer> {
  const server = certificate ? createTlsServer(certificate, listener) : createServer(listener);
  let connections = 0;
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

import { connect, createServer, type Socket } from "node:net";

/** A way to a server that can be cut and mended, on a port of its own. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections made so far. */
  readonly connections: number;
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Takes connections from now on, keeps those that are there, and passes on nothing; or passes on again. */
  hang(isSilent: boolean): void;
}

/** Passes everything on to `target`, an address such as `https://127.0.0.1:6443`. */
export async function tcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port: targetPort } = new URL(target);
  const sockets = new Set<Socket>();
  let connections = 0;
  let isSilent = false;
  const server = createServer((near) => {
    connections += 1;
    const far = connect(Number(targetPort), hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
      if (isSilent) socket.pause();
    }
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => resolve());
    });
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const { port } = address;
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return {
    port,
    get connections() {
      return connections;
    },
    cut,
    mend: () => listen(port),
    hang(silent) {
      isSilent = silent;
      for (const socket of sockets) {
        if (silent) socket.pause();
        else socket.resume();
      }
    },
    [Symbol.asyncDispose]: cut,
  };
}

import { connect, createServer, type Socket } from "node:net";

/** A way to a database that can be shut, as when the server is away, or blocked, as when the network swallows all. */
export interface DatabaseDoor extends AsyncDisposable {
  readonly url: string;
  open(): Promise<void>;
  shut(): Promise<void>;
  /** Connections stay, new ones are taken, and nothing passes any more. */
  block(): void;
  unblock(): void;
}

/** A door to the database of an address, shut at first. */
export async function databaseDoor(address: string): Promise<DatabaseDoor> {
  const target = new URL(address);
  const sockets = new Set<Socket>();
  let isBlocked = false;
  const server = createServer((client) => {
    const inside = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, inside],
      [inside, client],
    ] as const) {
      sockets.add(from);
      from.on("data", (chunk) => !isBlocked && to.write(chunk));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        if (!isBlocked) to.destroy();
      });
    }
  });
  const open = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const shut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  await open(0);
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  await shut();
  const url = new URL(address);
  url.port = String(port);
  const block = (blocked: boolean) => {
    isBlocked = blocked;
  };
  return {
    url: url.href,
    open: () => open(port),
    shut,
    block: () => block(true),
    unblock: () => block(false),
    [Symbol.asyncDispose]: shut,
  };
}

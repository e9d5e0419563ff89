import { type Child, startChild } from "../child-process.ts";
import { waitUntil } from "../wait-until.ts";

export interface LocalRegistry extends AsyncDisposable {
  /** `127.0.0.1:port`; plain HTTP. */
  readonly domain: string;
  readonly children: readonly Child[];
}

/** An OCI registry on loopback that keeps its blobs in `folder`, or in memory when there is none. */
export async function startRegistry(options: {
  readonly crane: string;
  readonly port: number;
  readonly logFolder: string;
  readonly folder?: string;
}): Promise<LocalRegistry> {
  const domain = `127.0.0.1:${options.port}`;
  const disk = options.folder === undefined ? [] : ["--disk", options.folder];
  const child = await startChild({
    name: "registry",
    command: [options.crane, "registry", "serve", "--address", domain, ...disk],
    logFolder: options.logFolder,
  });
  await waitUntil("The registry", async () => (await fetch(`http://${domain}/v2/`)).ok, {
    timeoutMs: 15_000,
    of: child,
  });
  return { domain, children: [child], [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}

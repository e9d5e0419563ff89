import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "../../local-stack/child-process.ts";
import { freePort } from "../../local-stack/choose-port.ts";
import { waitUntil } from "../../local-stack/wait-until.ts";
import { residentMiB } from "../figures.ts";

const top = new URL("../../..", import.meta.url).pathname;

/** One API process on a migrated database, with a folder of its own for its log. */
export async function startApi(database: string): Promise<Apis> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "platz-bench-"));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const api = started.use(await startApis(1, { folder, database }));
  const stop = started.move();
  return { ...api, [Symbol.asyncDispose]: () => stop.disposeAsync() };
}

export interface Apis extends AsyncDisposable {
  readonly origin: string;
  /** Resident memory of all of them together, in MiB. */
  memory(): Promise<number>;
}

export async function startApis(
  count: number,
  { folder, database }: { readonly folder: string; readonly database: string },
): Promise<Apis> {
  await using started = new AsyncDisposableStack();
  const port = await freePort();
  const children = await Promise.all(
    Array.from({ length: count }, async (_, index) =>
      started.use(
        await startChild({
          name: `api-${count}-${index}`,
          command: [process.execPath, join(top, "apps/api/src/main.ts")],
          logFolder: folder,
          env: {
            PATH: process.env["PATH"] ?? "",
            DATABASE_URL: database,
            PGSSLMODE: "disable",
            API_HOST: "127.0.0.1",
            API_PORT: String(port),
            API_SHARE_PORT: "true",
            PLATZ_OWN_URL: `http://127.0.0.1:${port}`,
            OIDC_SERVER_URL: "http://127.0.0.1:9",
            OIDC_CLIENT_ID: "bench",
            OIDC_CLIENT_SECRET: "bench",
            PLATZ_ENCRYPTION_KEYS: `bench:${btoa("k".repeat(32))}`,
            DB_POOL_MAX_SIZE: "16",
          },
        }),
      ),
    ),
  );
  const origin = `http://127.0.0.1:${port}`;
  await waitUntil(
    "The API",
    async () => (await fetch(`${origin}/ready`).catch(() => undefined))?.ok === true,
    {
      timeoutMs: 30_000,
    },
  );
  await Bun.sleep(3000);
  const stop = started.move();
  return {
    origin,
    async memory() {
      const each = await Promise.all(children.map(({ pid }) => residentMiB(pid)));
      return Math.round(each.reduce((sum: number, mib) => sum + (mib ?? 0), 0));
    },
    [Symbol.asyncDispose]: () => stop.disposeAsync(),
  };
}

import { afterAll, beforeAll, expect, test } from "bun:test";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createClient, isClientError } from "@platz/client";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { createUserToken } from "@platz/services";
import { createTestWorld, type TestWorld } from "@platz/services/testing";

let db: TestDatabase;
let world: TestWorld;
let token: string;
let bundle: string;
const made = new AsyncDisposableStack();

beforeAll(async () => {
  db = made.use(await createTestDatabase());
  world = await createTestWorld(db);
  const name = { name: "smoke", expiresAt: null, readOnly: false, envIds: null };
  token = (await createUserToken(world.siteAdmin, name)).token;
  const outdir = await mkdtemp(join(tmpdir(), "platz-runtimes-"));
  made.defer(() => rm(outdir, { recursive: true }));
  const entry = new URL("./testing/serve-anywhere.ts", import.meta.url).pathname;
  const { success, logs, outputs } = await Bun.build({ entrypoints: [entry], outdir, target: "node" });
  if (!success) throw new AggregateError(logs, "the handler cannot be bundled");
  bundle = outputs[0]?.path ?? "";
  // Readiness compares the database with the migrations, which are files.
  const migrations = new URL("../../../packages/db/src/migrations", import.meta.url).pathname;
  await cp(migrations, join(outdir, "migrations"), { recursive: true });
});
afterAll(() => made.disposeAsync());

/** The program itself: what npm puts on the path is a script for Node that looks for it. */
function denoBinary(): string {
  const outer = createRequire(import.meta.url);
  const inner = createRequire(outer.resolve("deno/package.json"));
  const libc = process.platform === "linux" ? "-glibc" : "";
  return join(
    dirname(inner.resolve(`@deno/${process.platform}-${process.arch}${libc}/package.json`)),
    "deno",
  );
}

const runtimes: readonly (readonly [string, () => string[]])[] = [
  ["Bun", () => [process.execPath]],
  ["Node", () => ["node"]],
  ["Deno", () => [denoBinary(), "run", "--allow-all", "--no-prompt"]],
];

/** The handler served by a runtime, until disposed. */
async function serving(command: readonly string[]) {
  const child = Bun.spawn([...command, bundle], {
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: dirname(bundle),
      DATABASE_URL: db.url,
      PGSSLMODE: "disable",
      PLATZ_OWN_URL: "https://platz.example.com",
      OIDC_SERVER_URL: "http://127.0.0.1:9",
      OIDC_CLIENT_ID: "platz",
      OIDC_CLIENT_SECRET: "secret",
      PLATZ_ENCRYPTION_KEYS: `test:${btoa("k".repeat(32))}`,
    },
    stdout: "pipe",
    stderr: "inherit",
  });
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    const port = /port (\d+)/.exec(text)?.[1];
    if (port === undefined) continue;
    const stop = async () => {
      child.kill("SIGKILL");
      await child.exited;
    };
    return { origin: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: stop };
  }
  throw new Error(`the handler ended before it listened, with status ${await child.exited}`);
}

for (const [name, command] of runtimes) {
  test(`served by ${name}, the API answers about itself, to callers, with refusals and with live events`, async () => {
    await using server = await serving(command());
    const { origin } = server;
    expect(await (await fetch(`${origin}/status`)).json()).toBe("ok");
    const ready = await fetch(`${origin}/ready`);
    expect(await ready.text()).not.toContain("schema");
    expect((await fetch(`${origin}/metrics`)).status).toBe(200);
    expect((await fetch(`${origin}/nowhere`)).status).toBe(404);

    const client = createClient({ url: origin, token });
    const [me, envs] = await Promise.all([client.me.get.query(), client.envs.list.query({})]);
    expect(me).toMatchObject({ kind: "User", user: { id: world.siteAdmin.identity.id } });
    expect(envs.items.map(({ id }) => id)).toContain(world.env.id);
    const refused = await client.envs.create
      .mutate({ name: world.env.name })
      .catch((error: unknown) => error);
    expect(isClientError(refused, "conflict")).toBe(true);
    const stranger = createClient({ url: origin });
    const unknown = await stranger.me.get.query().catch((error: unknown) => error);
    expect(isClientError(unknown, "unauthenticated")).toBe(true);

    const heard = Promise.withResolvers<string>();
    const open = Promise.withResolvers<void>();
    const subscription = client.events.changes.subscribe(
      {},
      {
        onData: ({ data }) => {
          open.resolve();
          if (data.type === "change" && data.table === "envs") heard.resolve(data.id);
        },
        onError: (error) => heard.reject(error),
      },
    );
    await open.promise;
    const created = await client.envs.create.mutate({ name: `by-${name}` });
    expect(await heard.promise).toBe(created.id);
    subscription.unsubscribe();
  }, 30_000);
}

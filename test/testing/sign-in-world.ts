import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiSettings, startApi } from "../../apps/api/src/index.ts";
import { loadConfig } from "../../packages/config/src/index.ts";
import { createTestDatabase } from "../../packages/db/src/testing/index.ts";
import { createLogger } from "../../packages/telemetry/src/index.ts";
import { signInThroughProvider } from "../../scripts/local-stack/oidc/sign-in.ts";
import { startOidcProvider } from "../../scripts/local-stack/oidc/start-oidc-provider.ts";

export const CLIENT_SECRET = "client-secret-of-the-test";

// The API's own address stands in the provider's list before the API has a port: these are never connected to.
export const ownUrl = "http://platz.test:3000";
export const callback = `${ownUrl}/auth/google/callback`;

/** A person as the provider's list of users has them. */
export const person = (sub: string, changes: Record<string, unknown> = {}) => ({
  sub,
  email: `${sub}@platz.dev`,
  email_verified: true,
  name: `Person ${sub}`,
  groups: [],
  ...changes,
});

/** A real provider and an API that trusts it, with everything that a browser does to sign in. */
export async function createSignInWorld() {
  await using made = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "platz-sign-in-"));
  made.defer(() => rm(dir, { recursive: true }));
  const listUsers = (people: readonly unknown[]) =>
    writeFile(join(dir, "users.json"), JSON.stringify(people));
  await listUsers([person("ada"), person("boss"), person("grace"), person("heidi")]);
  const db = made.use(await createTestDatabase());
  const provider = made.use(
    await startOidcProvider({
      port: 0,
      usersFile: join(dir, "users.json"),
      clientId: "platz",
      clientSecret: CLIENT_SECRET,
      redirectUris: [callback],
      dir,
      env: {},
    }),
  );
  const lines: string[] = [];
  const log = createLogger({
    name: "api",
    level: "trace",
    destination: { write: (line) => lines.push(line) },
  });
  const startAnother = (changes: Record<string, string> = {}) =>
    startApi(
      loadConfig(ApiSettings, {
        API_HOST: "127.0.0.1",
        API_PORT: "0",
        PLATZ_OWN_URL: ownUrl,
        PLATZ_ALLOW_HTTP: "true",
        OIDC_SERVER_URL: provider.issuer,
        OIDC_CLIENT_ID: "platz",
        OIDC_CLIENT_SECRET: CLIENT_SECRET,
        ADMIN_EMAILS: "Boss@platz.dev",
        PLATZ_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64")}`,
        DATABASE_URL: db.url,
        API_SHUTDOWN_GRACE: "200ms",
        ...changes,
      }),
      { log },
    );
  const api = made.use(await startAnother());
  const address = (path: string) => `http://127.0.0.1:${api.port}${path}`;

  /** Begins a sign-in as a browser that is new here. */
  async function begin(headers: Record<string, string> = {}) {
    const response = await fetch(address("/auth/login"), { redirect: "manual", headers });
    const cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
    return { redirectUrl: response.headers.get("location") ?? "", cookie };
  }

  async function finish(answer: { code: string; state: string }, cookie: string) {
    const query = new URLSearchParams({ code: answer.code, state: answer.state });
    const response = await fetch(address(`/auth/google/callback?${query}`), {
      headers: { cookie, accept: "application/json" },
    });
    const body = (await response.json()) as { access_token: string; message: string };
    return { status: response.status, ...body };
  }

  async function signIn(email: string) {
    const { redirectUrl, cookie } = await begin();
    return await finish(await signInThroughProvider({ redirectUrl, email }), cookie);
  }

  const me = (headers: Record<string, string>) => fetch(address("/trpc/me.get"), { headers });
  const parts = { db, lines, listUsers, startAnother, address, begin, finish, signIn, me };
  const held = made.move();
  return { ...parts, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { createOutgoingSigner, createSigningKeys } from "@platz/auth";
import { deploymentResources } from "@platz/db/schema";
import { createTestDatabase } from "@platz/db/testing";
import type { DeploymentId, DeploymentResourceId, Json, JsonObject } from "@platz/domain";
import { createEgress } from "@platz/egress";
import { createDeploymentResource, signingKeyStore } from "@platz/services";
import { createTestWorld, insertTestResourceType } from "@platz/services/testing";
import { createLogger } from "@platz/telemetry";
import { eq } from "drizzle-orm";
import { ResourceHooks, type ResourceHooksOptions } from "../resource-hooks/resource-hooks.ts";
import { until } from "./agent-world.ts";

/** A call as the application sees it. */
export interface HookCall {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: JsonObject;
}

/** A server that also reads the body of a GET, which `Bun.serve` does not. */
async function openApplication(answer: Answer) {
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const host = headers.host ?? "";
    const given = await answer({
      method,
      url: new URL(url, `http://${host}`),
      headers: new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      body: JSON.parse(await text(request)),
    });
    response.writeHead(given.status, Object.fromEntries(given.headers)).end(await given.text());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  return {
    port: typeof address === "object" ? address?.port : undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

type Answer = (call: HookCall) => Response | Promise<Response>;

/** Hooks that tell each change by a path of its own. */
export const hooksOf = (method = "POST") => ({
  create: { target: { endpoint: "standard_ingress", path: "/shops/create", method } },
  update: { target: { endpoint: "standard_ingress", path: "shops/update", method } },
  delete: { target: { endpoint: "standard_ingress", path: "//shops/delete", method } },
});

/**
 * A database with deployments whose applications are one HTTP server, which tells them apart by their hosts and
 * remembers what it was asked.
 */
export async function createHookWorld() {
  await using made = new AsyncDisposableStack();
  const db = made.use(await createTestDatabase());
  const world = await createTestWorld(db);
  const calls: HookCall[] = [];
  const answers = new Map<string, Answer>();
  const application = await openApplication(async (call) => {
    calls.push(call);
    return await (answers.get(call.url.host) ?? (() => new Response(null, { status: 204 })))(call);
  });
  made.use(application);
  const keys = createSigningKeys(
    signingKeyStore({ db, keyring: world.keyring, now: () => new Date() }, "outgoing"),
  );
  const options: ResourceHooksOptions = {
    db,
    keyring: world.keyring,
    log: createLogger({ name: "hooks-test", level: "fatal" }),
    egress: createEgress({
      resolveOverrides: { [world.cluster.ingressDomain ?? ""]: `http://127.0.0.1:${application.port}` },
    }),
    sign: createOutgoingSigner(keys, { issuer: "https://platz.example.com/" }),
    clusters: () => [world.cluster.id],
    timeoutMs: 5_000,
    attemptsMax: 3,
    retry: { firstMs: 20, maxMs: 100 },
    pollMs: 20,
    graceMs: 1_000,
  };
  const row = async (id: DeploymentResourceId) => {
    const [found] = await db.select().from(deploymentResources).where(eq(deploymentResources.id, id));
    if (!found) throw new Error("no resource");
    return found;
  };
  const face = {
    ...world,
    db,
    options,
    calls,
    row,
    hooks: (more: Partial<ResourceHooksOptions> = {}) => new ResourceHooks({ ...options, ...more }),
    /** What the application of a deployment answers; 204 unless told. */
    answer(host: string, answer: Answer) {
      answers.set(host, answer);
    },
    /** A deployment that is installed, and the host of its application. */
    async manager() {
      const deployment = await world.installed();
      return { id: deployment.id, host: `${deployment.namespace}.${world.cluster.ingressDomain}` };
    },
    async resource({
      deploymentId,
      lifecycle = hooksOf(),
      props = { size: 1 },
    }: {
      readonly deploymentId: DeploymentId;
      readonly lifecycle?: Json;
      readonly props?: JsonObject;
    }) {
      const type = await insertTestResourceType(db, {
        envId: world.env.id,
        kindId: world.kind.id,
        lifecycle,
      });
      const name = `shop-${crypto.randomUUID().slice(0, 8)}`;
      const { id: typeId } = type;
      return await createDeploymentResource(world.owner, {
        typeId,
        deploymentId,
        name,
        props,
        syncStatus: "Creating",
      });
    },
    /** The resource, once it is so. */
    async reaches(id: DeploymentResourceId, syncStatus: string) {
      return await until(async () => {
        const found = await row(id);
        return found.syncStatus === syncStatus ? found : undefined;
      }, 10_000);
    },
  };
  const stop = made.move();
  return { ...face, [Symbol.asyncDispose]: () => stop.disposeAsync() };
}

export type HookWorld = Awaited<ReturnType<typeof createHookWorld>>;

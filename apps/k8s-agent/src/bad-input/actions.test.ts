import { afterAll, beforeAll, expect, test } from "bun:test";
import type { DeploymentId, Json } from "@platz/domain";
import { requestDeploymentTask } from "@platz/services";
import { testActions } from "@platz/services/testing";
import { createLogger } from "@platz/telemetry";
import { startAgent } from "../compose.ts";
import { type AgentWorld, createAgentWorld } from "../testing/agent-world.ts";

type Answer = () => Response | Promise<Response>;

let world: AgentWorld;
let agent: AsyncDisposable;
let application: ReturnType<typeof Bun.serve>;
/** What the applications answer, by host; a good one answers `painted`. */
const answers = new Map<string, Answer>();
const asked: string[] = [];

beforeAll(async () => {
  world = await createAgentWorld();
  application = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const host = request.headers.get("host") ?? "";
      asked.push(new URL(request.url).pathname);
      return (await answers.get(host)?.()) ?? new Response("painted");
    },
  });
  const resolve = `${world.cluster.ingressDomain}=http://127.0.0.1:${application.port}`;
  const settings = world.settings({ PLATZ_EGRESS_RESOLVE: resolve, PLATZ_ACTION_TIMEOUT: "2s" });
  agent = await startAgent(settings, { log: createLogger({ name: "bad-actions", level: "fatal" }) });
});
afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await application.stop(true);
  await world[Symbol.asyncDispose]();
});

let version = 0;
async function deployed(answer?: Answer): Promise<DeploymentId> {
  version += 1;
  const chart = await world.chartOf({ version: `1.0.${version}`, actionsSchema: testActions as Json });
  const { id, namespace } = await world.deploy(chart.id);
  if (answer) answers.set(`${namespace}.${world.cluster.ingressDomain}`, answer);
  await world.settled(id);
  return id;
}

async function invoked(id: DeploymentId) {
  const operation = { kind: "InvokeAction", actionId: "paint", body: { coats: 2 } } as const;
  await requestDeploymentTask(world.owner, { deploymentId: id, operation });
  const task = (await world.settled(id)).at(-1);
  if (task === undefined) throw new Error("no task");
  return task;
}

function endless(): Response {
  const piece = new TextEncoder().encode("paint ".repeat(10_000));
  return new Response(new ReadableStream({ pull: (stream) => stream.enqueue(piece) }));
}

test.each<[string, Answer, RegExp]>([
  ["with 10 MB", () => new Response("x".repeat(10_000_000)), /larger than the limit/],
  ["without end", endless, /larger than the limit/],
  ["never", () => new Promise(() => {}), /^It did not end within 2 s and was stopped\.$/],
  [
    "with a redirect to where clouds keep credentials",
    () => Response.redirect("http://169.254.169.254/latest/meta-data"),
    /redirect/,
  ],
  ["with a redirect to itself", () => Response.redirect("/paint-again"), /redirect/],
  ["by hanging up", () => new Response(new ReadableStream({ pull: (stream) => stream.error() })), /./],
])("an action that is answered %s fails with a reason, and holds up no other", async (_, answer, said) => {
  const [bad, good] = [await deployed(answer), await deployed()];
  const [failed, done] = await Promise.all([invoked(bad), invoked(good)]);
  expect(failed.status).toBe("Failed");
  expect(failed.reason).toMatch(said);
  expect(failed.reason?.length).toBeLessThan(500);
  expect(done).toMatchObject({ status: "Done", reason: "painted" });
  expect(await world.deploymentRow(bad)).toMatchObject({ status: "Running", reason: null });
  expect(asked).not.toContain("/paint-again");
});

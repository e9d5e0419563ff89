import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHookWorld, type HookWorld } from "../testing/hook-world.ts";

let world: HookWorld;
beforeAll(async () => {
  world = await createHookWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const metadata = "http://169.254.169.254/latest/meta-data";

test.each<[string, () => Response | Promise<Response>, RegExp]>([
  ["with 10 MB", () => new Response("x".repeat(10_000_000)), /larger than the limit/],
  ["never", () => new Promise(() => {}), /did not answer/],
  ["with a redirect to where clouds keep credentials", () => Response.redirect(metadata), /redirect/],
  ["with a refusal of 100 KB", () => new Response("no".repeat(50_000), { status: 400 }), /answered 400: no/],
  ["with bytes that are no text", () => new Response(new Uint8Array([0, 255, 0]), { status: 500 }), /500/],
])("a hook that is answered %s fails with a reason, and holds up no other", async (_, answer, said) => {
  const [bad, good] = [await world.manager(), await world.manager()];
  world.answer(bad.host, answer);
  const failing = await world.resource({ deploymentId: bad.id });
  const other = await world.resource({ deploymentId: good.id });
  await using _hooks = world.hooks({ timeoutMs: 1_000, attemptsMax: 2 });
  await world.reaches(other.id, "Ready");
  const failed = await world.reaches(failing.id, "Error");
  expect(failed.syncReason).toMatch(said);
  expect(failed.syncReason?.length).toBeLessThan(2_100);
});

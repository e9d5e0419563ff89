import { expect, test } from "bun:test";
import { StatusDocument } from "@platz/chart-ext";
import { z } from "zod";
import { createVerifier } from "../caller/create-verifier.ts";
import { Refusal } from "../refusal.ts";
import { audience, deploymentId, otherDeploymentId, platzStub, platzUrl } from "../testing/platz-stub.ts";
import { combine } from "./combine.ts";
import { action, serveActions } from "./serve-actions.ts";
import { type Resource, resourceType, serveResources } from "./serve-resources.ts";
import { serveStatus } from "./serve-status.ts";
import type { Status } from "./status.ts";

/** A side of Platz that asks, what it needs to be let in, and what went wrong where it was asked. */
function world() {
  const platz = platzStub();
  const errors: unknown[] = [];
  const verify = createVerifier({ platzUrl, audience, deploymentId, fetch: platz.fetch });
  return { platz, errors, options: { verify, onError: (error: unknown) => errors.push(error) } };
}

const idle: Status = { status: { name: "Idle", color: "primary" } };

test("a status arrives as a document that Platz accepts, with nothing lost", async () => {
  const { platz, options } = world();
  const status: Status = {
    status: { name: "Stirring", color: "success" },
    primaryMetric: { value: 5, unit: "rpm", shortDescription: "speed", color: "warning" },
    metrics: [{ value: "12.50", unit: "l", shortDescription: "soup" }],
    notices: [{ level: "Info", text: "Nearly done." }],
  };
  const answer = await serveStatus({ ...options, status: () => status }).fetch(
    await platz.request("/platz/status"),
  );
  expect(answer.status).toBe(200);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(StatusDocument.parse(await answer.json())).toEqual({
    status: { name: "Stirring", color: "success" },
    primary_metric: { value: "5", unit: "rpm", short_description: "speed", color: "warning" },
    metrics: [{ value: "12.50", unit: "l", short_description: "soup", color: null }],
    notices: [{ level: "Info", text: "Nearly done." }],
  });
});

test("a status that Platz would not accept is told here, and is a failure there", async () => {
  const { platz, options, errors } = world();
  const status = () => ({ ...idle, primaryMetric: { value: "many", unit: "", shortDescription: "" } });
  const answer = await serveStatus({ ...options, status }).fetch(await platz.request("/platz/status"));
  expect([answer.status, await answer.json()]).toEqual([500, { error: "The application failed." }]);
  expect(String(errors)).toContain("the status is not valid: primary_metric.value");
});

test("whoever is not let in gets an answer before anything is run or read, whatever is asked", async () => {
  const { platz, options } = world();
  let ran = 0;
  const count = () => {
    ran += 1;
    return idle;
  };
  const handler = combine(
    serveStatus({ ...options, status: count }),
    serveActions({ ...options, actions: { stir: action({ run: count }) } }),
    serveResources({ ...options, types: { shade: resourceType({ create: async () => void count() }) } }),
  );
  const asked = [
    ["GET", "/platz/status"],
    ["POST", "/platz/actions/stir"],
    ["DELETE", "/platz/actions/stir"],
    ["POST", "/platz/resources/shade/create"],
  ] as const;
  for (const [method, path] of asked) {
    const bare = await handler.fetch(new Request(`${audience}${path}`, { method }));
    expect([bare.status, bare.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    const wrong = await handler.fetch(await platz.request(path, { method, as: otherDeploymentId }));
    expect(wrong.status).toBe(401);
  }
  expect(ran).toBe(0);
});

test("an action runs with what was filled in, who asks and the name of the invocation, and its answer is JSON", async () => {
  const { platz, options } = world();
  const Stir = z.strictObject({ speed: z.int().max(10), direction: z.string().default("clockwise") });
  const stir = action({
    body: Stir,
    run: ({ body, caller, idempotencyKey }) => ({ ...body, ...caller, idempotencyKey }),
  });
  const headers = { "idempotency-key": "task-1" };
  const answer = await serveActions({ ...options, actions: { stir } }).fetch(
    await platz.request("/platz/actions/stir", { method: "POST", body: { speed: 3 }, headers }),
  );
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    speed: 3,
    direction: "clockwise",
    deploymentId,
    idempotencyKey: "task-1",
  });
});

test("an action without a schema gets any JSON, or nothing, and may have nothing to say", async () => {
  const { platz, options } = world();
  const seen: unknown[] = [];
  const look = action({ method: "PUT", run: ({ body }) => void seen.push(body) });
  const handler = serveActions({ ...options, basePath: "/do", actions: { "look here": look } });
  for (const text of ['[1,{"__proto__":2}]', ""]) {
    const answer = await handler.fetch(await platz.request("/do/look%20here", { method: "PUT", text }));
    expect([answer.status, await answer.text()]).toEqual([204, ""]);
  }
  expect(JSON.stringify(seen)).toBe('[[1,{"__proto__":2}],null]');
});

test.each([
  ["{", 400, "not JSON"],
  ['{"speed":"fast","x":1}', 422, "speed"],
  [`"${"x".repeat(2000)}"`, 413, "longer than 1000 bytes"],
])("the body %p is refused with %p in JSON", async (text, status, reason) => {
  const { platz, options, errors } = world();
  const stir = action({ body: z.strictObject({ speed: z.int() }), run: () => "stirred" });
  const handler = serveActions({ ...options, maxBodyBytes: 1000, actions: { stir } });
  const answer = await handler.fetch(await platz.request("/platz/actions/stir", { method: "POST", text }));
  expect(answer.status).toBe(status);
  expect((await answer.json()).error).toContain(reason);
  expect(errors).toEqual([]);
});

test("a body that does not say how long it is is read no further than allowed", async () => {
  const { platz, options } = world();
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      sent += 1000;
      controller.enqueue(new Uint8Array(1000));
    },
  });
  const { headers, url } = await platz.request("/platz/actions/stir", { method: "POST" });
  const handler = serveActions({
    ...options,
    maxBodyBytes: 10_000,
    actions: { stir: action({ run: () => 1 }) },
  });
  expect((await handler.fetch(new Request(url, { method: "POST", headers, body }))).status).toBe(413);
  expect(sent).toBeLessThan(20_000);
});

test("a refusal of the application is answered in its words; any other error in none of its own", async () => {
  const { platz, options, errors } = world();
  const handler = serveActions({
    ...options,
    actions: {
      empty: action({ run: () => Promise.reject(new Refusal("The pot is in use.", { status: 423 })) }),
      burn: action({ run: () => Promise.reject(new Error("password=hunter2")) }),
    },
  });
  const ask = async (name: string) => {
    const answer = await handler.fetch(await platz.request(`/platz/actions/${name}`, { method: "POST" }));
    return [answer.status, await answer.json()];
  };
  expect(await ask("empty")).toEqual([423, { error: "The pot is in use." }]);
  expect(errors).toEqual([]);
  expect(await ask("burn")).toEqual([500, { error: "The application failed." }]);
  expect(String(errors)).toContain("hunter2");
});

test("what is not there is 404, and what is asked by another method is 405 with the right one", async () => {
  const { platz, options } = world();
  const handler = serveActions({ ...options, actions: { stir: action({ run: () => 1 }) } });
  expect((await handler.fetch(await platz.request("/platz/actions/toString"))).status).toBe(404);
  const answer = await handler.fetch(await platz.request("/platz/actions/stir"));
  expect([answer.status, (await answer.json()).error]).toEqual([405, expect.stringContaining("POST")]);
});

test("several handlers are one, each with its own paths", async () => {
  const { platz, options } = world();
  const handler = combine(
    serveStatus({ ...options, status: () => idle }),
    serveActions({ ...options, actions: { stir: action({ run: () => "stirred" }) } }),
  );
  expect((await handler.fetch(await platz.request("/platz/status"))).status).toBe(200);
  const stirred = await handler.fetch(await platz.request("/platz/actions/stir", { method: "POST" }));
  expect(await stirred.json()).toBe("stirred");
  const other = await platz.request("/index.html");
  expect([handler.handles(other), (await handler.fetch(other)).status]).toEqual([false, 404]);
});

/** A resource as the hooks of the worker send it (workers spec 4). */
const row = {
  id: "21234567-89ab-4def-81ab-cdef01234567",
  created_at: "2026-03-01T00:00:00Z",
  type_id: "31234567-89ab-4def-81ab-cdef01234567",
  deployment_id: deploymentId,
  name: "Sky",
  exists: true,
  props: { hex: "#87ceeb" },
  sync_status: "Creating",
  sync_reason: null,
};

test("hooks of resources get the resource, with properties as their schema gives them", async () => {
  const { platz, options } = world();
  const seen: unknown[] = [];
  const shade = resourceType({
    props: z.object({ hex: z.string().toUpperCase() }),
    create: (resource) => void seen.push(resource),
    update: ({ props }) => void seen.push(props.hex),
  });
  const handler = serveResources({ ...options, types: { shade } });
  for (const hook of ["create", "update"]) {
    const request = await platz.request(`/platz/resources/shade/${hook}`, { method: "POST", body: row });
    expect((await handler.fetch(request)).status).toBe(204);
  }
  const created: Resource<{ hex: string }> = {
    id: row.id,
    createdAt: row.created_at,
    typeId: row.type_id,
    deploymentId,
    name: "Sky",
    props: { hex: "#87CEEB" },
  };
  expect(seen).toEqual([created, "#87CEEB"]);
});

test("what the schema no longer allows cannot be created, and can still be deleted", async () => {
  const { platz, options } = world();
  const deleted: unknown[] = [];
  const shade = resourceType({
    props: z.object({ rgb: z.string() }),
    create: () => undefined,
    delete: ({ props }) => void deleted.push(props),
  });
  const handler = serveResources({ ...options, types: { shade } });
  const ask = async (hook: string, body: unknown = row) =>
    (await handler.fetch(await platz.request(`/platz/resources/shade/${hook}`, { method: "POST", body })))
      .status;
  expect(await ask("create")).toBe(422);
  expect(await ask("delete")).toBe(204);
  expect(deleted).toEqual([row.props]);
  expect(await ask("update")).toBe(404);
  expect(await ask("delete", { ...row, id: "x" })).toBe(422);
});

import { expect, test } from "bun:test";
import { StatusDocument } from "@platz/chart-ext";
import { createVerifier } from "@platz/sdk";
import { audience, deploymentId, otherDeploymentId, platzStub } from "@platz/sdk/testing";
import { createSampleApp } from "./create-sample-app.ts";

/** The application, and Platz that asks it in the name of deployments. */
function world() {
  const platz = platzStub();
  const verify = createVerifier({
    platzUrl: "https://platz.example.com",
    deploymentId: "any",
    audience,
    fetch: platz.fetch,
  });
  const app = createSampleApp(verify);
  const ask = async (path: string, asked: Parameters<typeof platz.request>[1] = {}) =>
    await app.fetch(await platz.request(path, asked));
  return {
    app,
    act: (action: string, asked: Parameters<typeof platz.request>[1] = {}) =>
      ask(`/platz/actions/${action}`, { method: "POST", ...asked }),
    shade: (hook: string, props: object, id = deploymentId) =>
      ask(`/platz/resources/shade/${hook}`, {
        method: "POST",
        body: {
          id,
          created_at: "2026-01-01T00:00:00Z",
          type_id: id,
          deployment_id: deploymentId,
          name: "dawn",
          props,
        },
      }),
    status: async (as = deploymentId) =>
      StatusDocument.parse(await (await ask("/platz/status", { as })).json()),
  };
}

test("an application that nobody has touched is idle", async () => {
  const { status, primary_metric } = await world().status();
  expect(status).toEqual({ name: "Idle", color: "primary" });
  expect(primary_metric).toMatchObject({ value: "0", unit: "rpm" });
});

test("stirring is answered with what was done, and shows in the status of that deployment alone", async () => {
  const { act, status } = world();
  const answer = await act("stir", { body: { speed: 9 } });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ speed: 9, direction: "clockwise" });
  const stirring = await status();
  expect(stirring.status.name).toBe("Stirring");
  expect(stirring.notices).toHaveLength(1);
  expect((await status(otherDeploymentId)).status.name).toBe("Idle");
});

test("emptying makes it idle again", async () => {
  const { act, status } = world();
  await act("stir", { body: { speed: 2 } });
  expect(await (await act("empty")).json()).toMatchObject({ timesStirred: 1 });
  expect((await status()).status.name).toBe("Idle");
});

test.each([{ text: "" }, { text: "{" }, { body: [] }, { body: { speed: "fast" } }, { body: { speed: 11 } }])(
  "a stir of %j is refused with a sentence, and stirs nothing",
  async (asked) => {
    const { act, status } = world();
    const answer = await act("stir", asked);
    expect(answer.status).toBeWithin(400, 423);
    expect(await answer.json()).toEqual({ error: expect.stringMatching(/.+/) });
    expect((await status()).status.name).toBe("Idle");
  },
);

test("shades that are made, changed and taken away are counted, and a wrong colour is refused", async () => {
  const { shade, status } = world();
  const known = async () => (await status()).metrics?.[1]?.value;
  expect((await shade("create", { hex: "#ff8800" })).status).toBe(204);
  expect((await shade("update", { hex: "#ff8801" })).status).toBe(204);
  expect((await shade("create", { hex: "orange" }, otherDeploymentId)).status).toBe(422);
  expect(await known()).toBe("1");
  expect((await shade("delete", { hex: "anything" })).status).toBe(204);
  expect(await known()).toBe("0");
});

test("nobody but Platz is let in", async () => {
  const { app } = world();
  expect((await app.fetch(new Request(`${audience}/platz/status`))).status).toBe(401);
});

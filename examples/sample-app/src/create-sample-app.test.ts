import { expect, test } from "bun:test";
import { StatusDocument } from "@platz/chart-ext";
import { createSampleApp, type SampleApp } from "./create-sample-app.ts";

const ask = async (app: SampleApp, host: string) =>
  await (await app.fetch(new Request(`https://${host}/platz/status`))).json();

const act = (app: SampleApp, action: string, { host = "a.test", body = "" }) =>
  app.fetch(new Request(`https://${host}/platz/actions/${action}`, { method: "POST", body }));

const stir = (speed: number) => JSON.stringify({ speed });

test("an application that nobody has touched is idle, in a valid status document", async () => {
  const { status, primary_metric } = StatusDocument.parse(await ask(createSampleApp(), "a.test"));
  expect(status).toEqual({ name: "Idle", color: "primary" });
  expect(primary_metric).toMatchObject({ value: "0", unit: "rpm" });
});

test("stirring is answered with what was done, and shows in the status of that host alone", async () => {
  const app = createSampleApp();
  const answer = await act(app, "stir", { body: stir(9) });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ speed: 9, direction: "clockwise" });
  const { status, notices } = StatusDocument.parse(await ask(app, "a.test"));
  expect(status.name).toBe("Stirring");
  expect(notices).toHaveLength(1);
  expect(StatusDocument.parse(await ask(app, "b.test")).status.name).toBe("Idle");
});

test("emptying makes it idle again", async () => {
  const app = createSampleApp();
  await act(app, "stir", { body: stir(2) });
  expect(await (await act(app, "empty", {})).json()).toMatchObject({ timesStirred: 1 });
  expect(StatusDocument.parse(await ask(app, "a.test")).status.name).toBe("Idle");
});

test.each([
  "",
  "{",
  "[]",
  '{"speed":"fast"}',
  '{"speed":11}',
  '{"speed":1,"direction":"up"}',
  '{"speed":1,"x":1}',
])("a stir of %p is refused with status 422 and a sentence", async (body) => {
  const answer = await act(createSampleApp(), "stir", { body });
  expect(answer.status).toBe(422);
  expect((await answer.json()).error).toStartWith("The pot cannot be stirred like that: ");
});

test("what does not exist is 404 in JSON", async () => {
  const answer = await createSampleApp().fetch(new Request("https://a.test/nothing"));
  expect(answer.status).toBe(404);
  expect(await answer.json()).toEqual({ error: "There is nothing at GET /nothing." });
});

test("only the last thousand hosts that changed are kept", async () => {
  const app = createSampleApp();
  for (let i = 0; i <= 1000; i++) await act(app, "stir", { host: `h${i}.test`, body: stir(1) });
  expect(StatusDocument.parse(await ask(app, "h0.test")).status.name).toBe("Idle");
  expect(StatusDocument.parse(await ask(app, "h1.test")).status.name).toBe("Stirring");
});

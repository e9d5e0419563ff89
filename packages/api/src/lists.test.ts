import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { createTestWorld, type TestWorld } from "@platz/services/testing";
import { createCaller } from "./app-router.ts";
import { apiContextOf } from "./testing/api-context.ts";

let db: TestDatabase;
let world: TestWorld;
beforeAll(async () => {
  db = await createTestDatabase();
  world = await createTestWorld(db);
});
afterAll(() => db[Symbol.asyncDispose]());

const api = () => createCaller(apiContextOf(world.siteAdmin));
const refusal = (call: Promise<unknown>) =>
  call.then(() => "accepted").catch((error) => String(error.message));

test("a list is filtered by a value, by any of several, by absence, by a range and by a part of a name", async () => {
  const [first, second] = [
    await world.installed({ name: "alpha-1" }),
    await world.installed({ name: "beta-2" }),
  ];
  const ids = async (filter: Parameters<ReturnType<typeof api>["deployments"]["list"]>[0]) =>
    (await api().deployments.list({ ...filter, sort: "name" })).items.map(({ id }) => id);
  expect(await ids({ kindId: world.kind.id })).toEqual([first.id, second.id]);
  expect(await ids({ status: { in: ["Running", "Error"] } })).toEqual([first.id, second.id]);
  expect(await ids({ status: "Error" })).toEqual([]);
  expect(await ids({ envId: null })).toEqual([]);
  expect(await ids({ name: "LPHA" })).toEqual([first.id]);
  expect(await ids({ name: "%" })).toEqual([]);
  expect(await ids({ createdAt: { from: second.createdAt } })).toContain(second.id);
  expect(await ids({ createdAt: { until: new Date(0) } })).toEqual([]);
  const { items } = await api().charts.list({ inUse: true });
  expect(items.map(({ id }) => id)).toEqual([world.chart.id]);
});

test("an order that a list does not have is refused by name, with those that it has", async () => {
  const sort = "password" as "name";
  expect(await refusal(api().deployments.list({ sort }))).toContain(
    "sort: sort by one of createdAt, name, -createdAt, -name",
  );
});

test("a page larger than 500 rows is cut to 500, and one of no rows refused", async () => {
  expect((await api().users.list({ page: { perPage: 1_000_000 } })).perPage).toBe(500);
  expect(await refusal(api().users.list({ page: { perPage: 0 } }))).toContain("page.perPage");
});

import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { createTestWorld } from "@platz/services/testing";
import { createCaller } from "./app-router.ts";
import { apiContextOf } from "./testing/api-context.ts";
import { calls } from "./testing/calls.ts";
import { writes } from "./testing/procedures.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

/** What follows from a change that has its entry, and says itself, or says there, whose doing it is. */
const followsFromAnother: Readonly<Record<string, string>> = {
  deployment_tasks: "a task names who asked for it, and stays readable as long as its deployment",
  k8s_resources: "what is seen in a cluster",
  status_changes: "what an application says of itself",
};

for (const path of writes) {
  test(`${path} leaves an entry in the audit log for each row that it makes, changes or deletes`, async () => {
    const world = await createTestWorld(db);
    const call = await calls[path](world);
    const [{ before } = { before: 0 }] = await db.$client<{ before: number }[]>`
      select coalesce(max(seq), 0)::integer as before from row_events`;
    await call(createCaller(apiContextOf(world.siteAdmin)));
    const unsaid = await db.$client<{ row: string }[]>`
      select distinct e.operation || ' ' || e.table_name as row from row_events e
      where e.seq > ${before} and e.table_name <> all(${Object.keys(followsFromAnother)})
        and not exists (
          select from audit_log a
          where a.action = ${path} and a.entity = e.table_name and a.outcome = 'Done'
            and (a.entity_id = e.row_id or a.changes::text like '%' || e.row_id || '%'))`;
    expect(unsaid.map(({ row }) => row)).toEqual([]);
  });
}

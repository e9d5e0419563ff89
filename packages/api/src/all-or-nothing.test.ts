import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, failingDatabase, type TestDatabase } from "@platz/db/testing";
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

for (const path of writes) {
  test(`${path} killed before any of its statements has done nothing, and otherwise all of it, with its entry in the audit log`, async () => {
    const world = await createTestWorld(db);
    const call = await calls[path](world);
    const before = await everything();
    for (let dieAt = 1; ; dieAt += 1) {
      const failing = failingDatabase(db, dieAt);
      const caller = createCaller(apiContextOf({ ...world.siteAdmin, db: failing.db }));
      const outcome = await call(caller).then(
        () => "done",
        () => "died",
      );
      const isDone = failing.count() < dieAt;
      expect(`statement ${dieAt}: ${outcome}`).toBe(`statement ${dieAt}: ${isDone ? "done" : "died"}`);
      if (isDone) break;
      expect(await everything()).toEqual(before);
    }
    expect(await everything()).not.toEqual(before);
    const [entry] = await db.$client`
      select outcome, actor_kind, actor_id from audit_log where action = ${path} order by seq desc limit 1`;
    expect({ ...entry }).toEqual({
      outcome: "Done",
      actor_kind: "User",
      actor_id: world.siteAdmin.identity.id,
    });
  });
}

/** Every row of every table, as text; a question that a verb asks a cluster before it changes anything is no change. */
async function everything(): Promise<string[]> {
  const [{ rows } = { rows: [] as string[] }] = await db.$client<{ rows: string[] }[]>`
    select coalesce(array_agg(t.name || ': ' || (xpath('/row/c/text()',
      query_to_xml(format('select md5(string_agg(r::text, ''|'' order by r::text)) as c from %I r', t.name),
        true, true, '')))[1]::text order by t.name), '{}') as rows
    from (select tablename::text as name from pg_tables where schemaname = 'public' and tablename <> 'cluster_questions') t`;
  return rows;
}

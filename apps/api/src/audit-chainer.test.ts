import { expect, test } from "bun:test";
import { auditChain } from "@platz/db/schema";
import { createTestDatabase } from "@platz/db/testing";
import { startTestApi } from "./testing/start-test-api.ts";

/** Whether it comes to be so within ten seconds. */
async function within10s(is: () => Promise<boolean>): Promise<boolean> {
  for (const until = Date.now() + 10_000; Date.now() < until; ) {
    if (await is()) return true;
    await Bun.sleep(100);
  }
  return false;
}

test("within ten seconds entries are chained by two processes of the API, once, and the head is in log and metrics", async () => {
  await using db = await createTestDatabase();
  // As an installation of the version before has them.
  await db.$client`insert into audit_log (actor_label, action, outcome)
    select 'somebody', 'a' || n, 'Done' from generate_series(1, 1500) n`;
  await using first = await startTestApi(db);
  await using second = await startTestApi(db);
  const waiting = async () => {
    const [row] = await db.$client`select count(*)::integer as n from audit_log where chain_position is null`;
    return row?.["n"] as number;
  };
  expect(await within10s(async () => (await waiting()) === 0)).toBe(true);
  const links = await db.select().from(auditChain);
  expect(new Set(links.map(({ entryId }) => entryId)).size).toBe(links.length);
  expect(links.length).toBeGreaterThanOrEqual(1500);
  const told = () =>
    [...first.lines, ...second.lines].some((line) => line.includes("head of the audit chain"));
  expect(await within10s(async () => told())).toBe(true);
  const metrics = await (await fetch(`${first.url}/metrics`)).text();
  expect(metrics).toMatch(/^platz_audit_chain_position \d+$/m);
  await db.$client`insert into audit_log (actor_label, action, outcome) values ('somebody', 'later', 'Done')`;
  expect(await within10s(async () => (await waiting()) === 0)).toBe(true);
}, 60_000);

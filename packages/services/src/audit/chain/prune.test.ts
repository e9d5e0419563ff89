import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { auditChain } from "@platz/db/schema";
import { failingDatabase } from "@platz/db/testing";
import { eq, sql } from "drizzle-orm";
import { nothingDone, recordDenial } from "../record-denial.ts";
import { pruneAudit } from "./prune.ts";
import { createAuditWorld, keysOf, now } from "./testing/audit-world.ts";
import { verifyAudit } from "./verify.ts";

let world: Awaited<ReturnType<typeof createAuditWorld>>;
beforeAll(async () => {
  world = await createAuditWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => void (await world.empty()));

test("old entries are deleted down to a checkpoint, from which the rest is verified as before", async () => {
  const { db, write, chain, verify, faultOf, chained } = world;
  await write(30, "now() - interval '400 days'");
  await chain();
  const [early = { position: 0, hash: "" }] = await db
    .select()
    .from(auditChain)
    .where(eq(auditChain.position, 30));
  await write(10);
  await chain();
  const head = (await verify()).head;
  const before = new Date(Date.now() - 365 * 24 * 3600_000);
  expect(await pruneAudit({ db, keys: keysOf(db), now }, before)).toBe(30);
  await chain();
  const pruned = await verify(head);
  expect([pruned.fault, pruned.from, pruned.keptHead]).toEqual([undefined, 31, "compared"]);
  expect((await verify(early)).keptHead).toBe("pruned");
  expect((await chained()).filter((action) => action === "audit.prune")).toHaveLength(1);
  expect(await pruneAudit({ db, keys: keysOf(db), now }, before)).toBe(0);
  await db.execute(sql`update audit_log set actor_label = 'nobody' where chain_position = 35`);
  expect(await faultOf()).toContain("chained at position 35, was changed");
});

test("what is pruned again goes on from a new checkpoint, and the chain never ends", async () => {
  const { db, write, chain, verify, chained } = world;
  const soon = () => new Date(Date.now() + 60_000);
  for (const round of [1, 2, 3]) {
    await write(5);
    await chain();
    expect(await pruneAudit({ db, keys: keysOf(db), now }, soon())).toBeGreaterThanOrEqual(5);
    expect(`round ${round}: ${(await verify()).fault}`).toBe(`round ${round}: undefined`);
    // The checkpoint alone; the entry that says so waits.
    expect(await chained()).toEqual([null]);
    await chain();
  }
  expect((await verify()).head.position).toBeGreaterThan(20);
});

test("whoever prunes and is killed before any statement has deleted nothing, or all of a piece with its checkpoint", async () => {
  const { db, write, chain, verify } = world;
  await write(20, "now() - interval '400 days'");
  await chain();
  const keys = keysOf(db);
  await keys.current();
  const before = new Date(Date.now() - 86_400_000);
  for (let dieAt = 1; ; dieAt += 1) {
    const failing = failingDatabase(db, dieAt);
    const outcome = await pruneAudit({ db: failing.db, keys, now }, before).catch(() => "died");
    const { fault, from } = await verify();
    expect([fault, [1, 21].includes(from)]).toEqual([undefined, true]);
    if (failing.count() < dieAt) {
      expect(outcome).toBe(0);
      break;
    }
    expect(outcome).toBe("died");
  }
  expect((await verify()).from).toBe(21);
});

test("how often a denial was repeated is chained when its hour is over, and not to be changed from then on", async () => {
  const { db, chain, verify, faultOf, chained } = world;
  const entry = {
    ...nothingDone,
    ...{ actorKind: null, actorId: null, actorLabel: "x", action: "envs.create", reason: "no" },
    ...{ requestId: null, address: null },
  };
  const deny = () => recordDenial(db, { caller: "x", entry, now: now() });
  await deny();
  await chain();
  await deny();
  await deny();
  await chain();
  expect(await chained()).toEqual(expect.arrayContaining(["envs.create"]));
  expect(await faultOf()).toBeUndefined();
  const links = (await verify()).links;
  // The hour passes; the entry is written anew as it would have been then.
  await db.execute(sql`truncate audit_chain`);
  await db.execute(
    sql`update audit_log set chain_position = null, created_at = created_at - interval '2 hours',
          last_at = last_at - interval '2 hours'`,
  );
  await chain();
  await chain();
  expect((await verify()).links).toBe(links + 1);
  expect(await faultOf()).toBeUndefined();
  for (const change of ["count = 1, last_at = null", "count = 7", "open_for = 'x', open_key = 'y'"]) {
    await db
      .transaction(async (tx) => {
        await tx.execute(sql`update audit_log set ${sql.raw(change)} where action = 'envs.create'`);
        const { fault } = await verifyAudit(tx, keysOf(tx));
        expect(fault).toStartWith("How often it was refused was changed: The entry");
        tx.rollback();
      })
      .catch((error: unknown) => expect(String(error)).toContain("Rollback"));
  }
  await db.execute(sql`update audit_log set count = 3, last_at = now() where action = 'signingKeys.make'`);
  expect(await faultOf()).toStartWith("How often it was refused was changed: The entry");
});

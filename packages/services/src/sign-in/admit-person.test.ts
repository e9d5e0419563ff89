import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ProvenPerson } from "@platz/auth";
import { envs, envUserPermissions, userIdentities, users } from "@platz/db/schema";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { Forbidden } from "@platz/domain";
import { eq } from "drizzle-orm";
import { admitPerson } from "./admit-person.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const rules = { adminEmails: ["Boss@Platz.dev"], requireVerifiedEmail: true, requireApproval: false };

function somebody(changes: Partial<ProvenPerson> = {}): ProvenPerson {
  const id = crypto.randomUUID();
  return {
    issuer: "https://id.platz.dev",
    subject: id,
    email: `${id}@platz.dev`,
    emailIsVerified: true,
    displayName: "Some Body",
    ...changes,
  };
}

const admit = (person: ProvenPerson, changes: Partial<typeof rules> = {}) =>
  db.transaction((transaction) =>
    admitPerson(transaction, person, { rules: { ...rules, ...changes }, visitor: { address: "192.0.2.7" } }),
  );

test("the first sign-in makes an account, and the next one finds it and refreshes the name", async () => {
  const person = somebody();
  const first = await admit(person);
  expect(first).toMatchObject({ displayName: "Some Body", isAdmin: false, isActive: true });
  const second = await admit({ ...person, displayName: "New Name" });
  expect(second).toMatchObject({ id: first.id, displayName: "New Name" });
  const [row] = await db.select().from(users).where(eq(users.id, first.id));
  expect(row?.displayName).toBe("New Name");
});

test("two first sign-ins of one person at once make one account", async () => {
  const person = somebody();
  const [a, b, c] = await Promise.all([admit(person), admit(person), admit(person)]);
  expect(new Set([a?.id, b?.id, c?.id]).size).toBe(1);
  const rows = await db.select().from(userIdentities).where(eq(userIdentities.subject, person.subject));
  expect(rows).toHaveLength(1);
});

test("a person stays the same when their e-mail address changes at the provider", async () => {
  const person = somebody();
  const { id } = await admit(person);
  expect((await admit({ ...person, email: `new-${person.email}` })).id).toBe(id);
});

test("a verified e-mail address, in any case, leads to the account that has it", async () => {
  const email = `Mixed.Case-${crypto.randomUUID()}@Platz.dev`;
  const [row] = await db.insert(users).values({ displayName: "Before", email }).returning();
  const person = somebody({ email: email.toUpperCase() });
  expect((await admit(person)).id).toBe(row?.id ?? ("" as never));
});

test("an account is not taken over by another subject of the same provider", async () => {
  const person = somebody();
  await admit(person);
  await expect(admit({ ...person, subject: "somebody-else" })).rejects.toThrow(
    "belongs to another person's account",
  );
});

test("another provider with the same verified address leads to the same account", async () => {
  const person = somebody();
  const { id } = await admit(person);
  expect((await admit({ ...person, issuer: "https://other.platz.dev", subject: "other" })).id).toBe(id);
});

test("an e-mail address that is missing or not verified lets nobody in, and leaves nothing behind", async () => {
  const person = somebody({ emailIsVerified: false });
  await expect(admit(person)).rejects.toThrow("not verified");
  await expect(admit(somebody({ email: undefined }))).rejects.toThrow(Forbidden);
  expect(await db.select().from(userIdentities).where(eq(userIdentities.subject, person.subject))).toEqual(
    [],
  );
  expect((await admit(person, { requireVerifiedEmail: false })).email).toBe(person.email ?? "");
});

test("an address that is not verified leads to no account that is there, also where such addresses may come in", async () => {
  const rules = { requireVerifiedEmail: false };
  const email = `${crypto.randomUUID()}@platz.dev`;
  await db.insert(users).values({ displayName: "Before", email, isAdmin: true });
  const person = somebody({ email: email.toUpperCase(), emailIsVerified: false });
  await expect(admit(person, rules)).rejects.toThrow("has not verified that the address is yours");
  expect(await db.select().from(userIdentities).where(eq(userIdentities.subject, person.subject))).toEqual(
    [],
  );
  // An account that it has made is found again, by issuer and subject.
  const newcomer = somebody({ emailIsVerified: false });
  const { id } = await admit(newcomer, rules);
  expect((await admit(newcomer, rules)).id).toBe(id);
});

test("who is listed, in any case, becomes site admin with the account, and not later", async () => {
  expect((await admit(somebody({ email: "bOSS@platz.dev" }))).isAdmin).toBe(true);
  const person = somebody();
  await admit(person);
  expect((await admit(person, { adminEmails: [person.email ?? ""] })).isAdmin).toBe(false);
});

test("new people enter the envs that take them by themselves, once and as users", async () => {
  const name = crypto.randomUUID();
  const [open] = await db.insert(envs).values({ name, autoAddNewUsers: true }).returning();
  const person = somebody();
  const { id } = await admit(person);
  await admit(person);
  const rows = await db.select().from(envUserPermissions).where(eq(envUserPermissions.userId, id));
  expect(rows.map(({ envId, role }) => ({ envId, role }))).toEqual([
    { envId: open?.id as never, role: "User" },
  ]);
});

test("a deactivated person is told so, and gets no new identity", async () => {
  const person = somebody();
  await db.insert(users).values({ displayName: "Gone", email: person.email ?? "", isActive: false });
  await expect(admit(person)).rejects.toThrow("This account is deactivated");
  expect(await db.select().from(userIdentities).where(eq(userIdentities.subject, person.subject))).toEqual(
    [],
  );
});

test("where approval is asked for, a newcomer waits for a site admin, and a listed admin does not", async () => {
  const person = somebody();
  const newcomer = await admit(person, { requireApproval: true });
  expect(newcomer.isActive).toBe(false);
  await expect(admit(person, { requireApproval: true })).rejects.toThrow(
    "ask an administrator to activate it",
  );
  await db.update(users).set({ isActive: true }).where(eq(users.id, newcomer.id));
  expect((await admit(person, { requireApproval: true })).id).toBe(newcomer.id);
  const boss = somebody({ email: `boss-${person.subject}@platz.dev` });
  const adminEmails = [boss.email ?? ""];
  expect((await admit(boss, { requireApproval: true, adminEmails })).isActive).toBe(true);
});

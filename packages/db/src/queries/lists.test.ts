import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { Invalid, type ListRequest } from "@platz/domain";
import fc from "fast-check";
import { bots } from "../schema/index.ts";
import { createTestDatabase, type TestDatabase } from "../testing/index.ts";
import { listBots } from "./bots.ts";
import { listUsers } from "./users.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());
beforeEach(async () => {
  await db.delete(bots);
});

type Request = ListRequest<"bots">;
const list = (page: Partial<Request["page"]>, sort?: Request["sort"]) =>
  listBots(db, { list: { sort, page: { page: 1, perPage: 50, ...page } } });

const nameOf = (item: { readonly displayName: string }) => item.displayName;

/** Rows that the database finds in one microsecond, and in the next. */
async function insert(count: number, name: (n: number) => string = () => "same"): Promise<void> {
  const [first] = await db.$client<{ now: string }[]>`select now()::text as now`;
  for (let n = 0; n < count; n += 1) {
    await db.$client`insert into bots (display_name, created_at)
      values (${name(n)}, ${first?.now ?? ""}::timestamptz + ${Math.floor(n / 2)}::int * interval '1 microsecond')`;
  }
}

/** All that a walk from cursor to cursor shows. */
async function walk(perPage: number, sort: Request["sort"], between = async () => {}): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor: string | null = null; ; ) {
    const part = await list(cursor === null ? { perPage } : { perPage, cursor }, sort);
    seen.push(...part.items.map(({ id }) => id));
    if (part.nextCursor === null) return seen;
    cursor = part.nextCursor;
    await between();
  }
}

test("pages and cursors show every row once, in the same order, whatever its size and the order", async () => {
  await insert(17, (n) => `name ${n % 3}`);
  const sorts = ["createdAt", "-createdAt", "displayName", "-displayName"] as const;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.constantFrom(...sorts), async (perPage, sort) => {
      const whole = (await list({ perPage: 500 }, sort)).items.map(({ id }) => id);
      expect(new Set(whole).size).toBe(17);
      expect(await walk(perPage, sort)).toEqual(whole);
      const pages: string[] = [];
      for (let page = 1; page <= Math.ceil(17 / perPage); page += 1) {
        const part = await list({ page, perPage }, sort);
        expect(part.numTotal).toBe(17);
        pages.push(...part.items.map(({ id }) => id));
      }
      expect(pages).toEqual(whole);
    }),
    { numRuns: 40 },
  );
});

test("who walks by cursor sees each row that stays exactly once, while others come and go", async () => {
  await insert(12);
  const before = (await list({ perPage: 500 })).items.map(({ id }) => id);
  const gone = before[3];
  let first = true;
  const seen = await walk(2, "createdAt", async () => {
    await db.insert(bots).values({ displayName: "new", createdAt: new Date(0) });
    if (first) await db.$client`delete from bots where id = ${gone ?? ""}`;
    first = false;
  });
  expect(seen).toEqual(before.filter((id) => id !== gone));
});

test.each(["createdAt", "-createdAt", "displayName"] as const)(
  "a cursor goes on by %s behind the row that it was made of, also when that has gone or has another name",
  async (sort) => {
    await insert(9);
    const whole = (await list({ perPage: 500 }, sort)).items.map(({ id }) => id);
    const { nextCursor, items } = await list({ perPage: 3 }, sort);
    const rest = async () =>
      (await list({ perPage: 9, cursor: nextCursor ?? "" }, sort)).items.map(({ id }) => id);
    await db.$client`update bots set display_name = 'zzz' where id = ${items[2]?.id ?? ""}`;
    expect((await rest()).filter((id) => id !== items[2]?.id)).toEqual(whole.slice(3));
    await db.$client`delete from bots where id = ${items[2]?.id ?? ""}`;
    expect(await rest()).toEqual(whole.slice(3));
  },
);

test("the total is true on every page, also past the end, and there is no cursor after the last row", async () => {
  await insert(5);
  for (const page of [1, 2, 3, 9]) expect((await list({ page, perPage: 2 })).numTotal).toBe(5);
  expect((await list({ perPage: 5 })).nextCursor).toBeNull();
  expect((await list({ page: 9, perPage: 2 })).nextCursor).toBeNull();
  expect((await list({ perPage: 2 })).nextCursor).toBeString();
});

test("a name is sorted by, and a row without an order of its own is not lost between pages", async () => {
  await insert(4, (n) => ["b", "a", "b", "c"][n] ?? "");
  expect((await list({}, "displayName")).items.map(nameOf)).toEqual(["a", "b", "b", "c"]);
  expect((await list({}, "-displayName")).items.map(nameOf)).toEqual(["c", "b", "b", "a"]);
});

test("a cursor of another list, of another order, or made up, is refused by the field's name", async () => {
  await insert(3);
  const { nextCursor } = await list({ perPage: 1 });
  const cursor = nextCursor ?? "";
  const encode = (values: unknown) => Buffer.from(JSON.stringify(values)).toString("base64url");
  const refused = [
    () => list({ cursor }, "displayName"),
    () => list({ cursor }, "-createdAt"),
    () => list({ cursor: "nonsense" }),
    () => list({ cursor: encode(["bots createdAt", "yesterday", crypto.randomUUID()]) }),
    () => list({ cursor: encode(["bots createdAt", new Date().toISOString(), "1 or 1=1"]) }),
    () => list({ cursor: encode(["bots displayName", "a\0b", crypto.randomUUID()]) }, "displayName"),
    () => list({ cursor: encode(["bots createdAt"]) }),
    () => list({ cursor: encode({}) }),
    () => listUsers(db, "all", { filter: {}, list: { page: { page: 1, perPage: 5, cursor } } }),
  ];
  for (const attempt of refused) {
    await expect(attempt()).rejects.toThrow(Invalid);
    await expect(attempt()).rejects.toThrow("page.cursor: is no cursor of this list in this order");
  }
});

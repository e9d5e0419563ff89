import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@platz/db/testing";
import { SecretId } from "@platz/domain";
import { sql } from "drizzle-orm";
import { createDeployment } from "./deployment/create.ts";
import { deleteDeployment } from "./deployment/delete.ts";
import { updateDeployment } from "./deployment/update.ts";
import { createEnv } from "./env/create.ts";
import { updateEnv } from "./env/update.ts";
import { createSecret } from "./secret/create.ts";
import { updateSecret } from "./secret/update.ts";
import { createTestWorld, type TestWorld } from "./testing.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

interface Verb {
  readonly name: string;
  /** The table into which the verb writes last. */
  readonly failing: string;
  prepare(world: TestWorld): Promise<() => Promise<unknown>>;
}

const verbs: readonly Verb[] = [
  {
    name: "create a deployment",
    failing: "deployment_tasks",
    prepare: async (world) => () => createDeployment(world.owner, world.newDeployment()),
  },
  {
    name: "upgrade a deployment",
    failing: "deployment_tasks",
    async prepare(world) {
      const { id, version } = await world.installed();
      return () => updateDeployment(world.maintainer, { id, version, config: { size: 5 } });
    },
  },
  {
    name: "delete a deployment",
    failing: "deployment_tasks",
    async prepare(world) {
      const { id } = await world.installed();
      return () => deleteDeployment(world.owner, id);
    },
  },
  {
    name: "change a secret that is used",
    failing: "deployment_tasks",
    async prepare(world) {
      const input = { envId: world.env.id, collection: "c", name: crypto.randomUUID(), contents: "x" };
      const { id } = await createSecret(world.envAdmin, input);
      await world.installed({ config: { size: 1, vault: id } });
      return () => updateSecret(world.envAdmin, { id: SecretId.parse(id), contents: "y" });
    },
  },
  {
    name: "change the tolerations of an env",
    failing: "deployment_tasks",
    async prepare(world) {
      await world.installed();
      const { id, version } = world.env;
      return () => updateEnv(world.siteAdmin, { id, version, tolerations: [{ key: "blue" }] });
    },
  },
  {
    name: "create an env",
    failing: "env_user_permissions",
    prepare: async (world) => () =>
      createEnv(world.siteAdmin, { name: crypto.randomUUID(), autoAddNewUsers: false }),
  },
];

test.each(verbs.map((verb) => [verb.name, verb] as const))(
  "when the last statement of what it takes to %s fails, nothing of it has happened",
  async (_, { failing, prepare }) => {
    const verb = await prepare(await createTestWorld(db));
    const before = await everything();
    await failInserts(failing);
    try {
      await expect(verb()).rejects.toThrow();
    } finally {
      await allowInserts(failing);
    }
    expect(await everything()).toEqual(before);
    // The same verb goes through as soon as the database lets it: it was that statement that failed, and no check.
    await verb();
    expect(await everything()).not.toEqual(before);
  },
);

/** All rows that verbs write, as text. */
async function everything(): Promise<string[]> {
  const names = [
    "deployments",
    "deployment_tasks",
    "deployment_references",
    "secrets",
    "envs",
    "env_user_permissions",
  ];
  const rows: string[] = [];
  for (const name of names) {
    for (const row of await db.execute<{ row: string }>(
      sql.raw(`select t::text as row from ${name} t order by 1`),
    )) {
      rows.push(`${name}: ${row.row}`);
    }
  }
  return rows;
}

async function failInserts(table: string): Promise<void> {
  await db.execute(
    sql.raw(`create or replace function refuse() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`),
  );
  await db.execute(
    sql.raw(`create trigger refuse before insert on ${table} for each row execute function refuse()`),
  );
}

async function allowInserts(table: string): Promise<void> {
  await db.execute(sql.raw(`drop trigger refuse on ${table}`));
}

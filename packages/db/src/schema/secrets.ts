import type { EnvId, KindId, SecretId } from "@platz/domain";
import { integer, text, unique, uuid } from "drizzle-orm/pg-core";
import { envs } from "./envs.ts";
import { createdAt, instant, primaryId, table } from "./table.ts";

export const secrets = table(
  "secrets",
  {
    id: primaryId<SecretId>(),
    createdAt: createdAt(),
    version: integer().notNull().default(1),
    updatedAt: instant().notNull().defaultNow(),
    envId: uuid()
      .$type<EnvId>()
      .notNull()
      .references(() => envs.id, { onDelete: "cascade" }),
    collection: text().notNull(),
    name: text().notNull(),
    /** The kinds whose deployments may use it; `null`: all of them. */
    kindIds: uuid().$type<KindId>().array(),
    /** Sealed (encrypted) with a key from outside the database. */
    contents: text().notNull(),
  },
  (t) => [unique("secrets__env_collection_name").on(t.envId, t.collection, t.name)],
);

import { text, unique } from "drizzle-orm/pg-core";
import { createdAt, primaryId, table } from "./table.ts";

export const settings = table(
  "settings",
  { id: primaryId<string>(), createdAt: createdAt(), key: text().notNull(), value: text().notNull() },
  (t) => [unique("settings__key").on(t.key)],
);

import { index, integer, text } from "drizzle-orm/pg-core";
import { instant, table } from "./table.ts";

/** How often something was tried within a window of time; kept here so that a restart forgets nothing. */
export const rateLimits = table(
  "rate_limits",
  {
    /** What is limited and for whom, as `sign-in:address:192.0.2.1`. */
    key: text().primaryKey(),
    count: integer().notNull(),
    windowEndsAt: instant().notNull(),
  },
  (t) => [index().on(t.windowEndsAt)],
);

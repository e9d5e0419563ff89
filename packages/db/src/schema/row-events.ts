import { type EnvId, type EventVisibility, eventVisibilities, type UserId } from "@platz/domain";
import { sql } from "drizzle-orm";
import { bigint, index, integer, pgSequence, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { createdAt, oneOf, table } from "./table.ts";

/** Positions are given one transaction at a time, in an order in which they become visible. */
export const rowEventPosition = pgSequence("row_event_position");

/**
 * The outbox of changes: written by triggers in the transaction of the change. `seq` is the order of writing; a
 * `position` is given after the commit, so that whoever reads up to a position has seen everything before it.
 */
export const rowEvents = table(
  "row_events",
  {
    seq: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    position: bigint({ mode: "number" }),
    createdAt: createdAt(),
    tableName: text().notNull(),
    operation: text().$type<"INSERT" | "UPDATE" | "DELETE">().notNull(),
    rowId: uuid().notNull(),
    version: integer(),
    visibility: text().$type<EventVisibility>().notNull(),
    /** All envs concerned: of a row that moved, the old and the new one. */
    envIds: uuid().$type<EnvId>().array().notNull().default([]),
    userId: uuid().$type<UserId>(),
  },
  (t) => [
    uniqueIndex("row_events__position").on(t.position),
    index("row_events__unplaced").on(t.seq).where(sql`${t.position} is null`),
    index("row_events__created").on(t.createdAt),
    oneOf("row_events__visibility", t.visibility, eventVisibilities),
  ],
);

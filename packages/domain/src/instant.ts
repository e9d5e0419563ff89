import { z } from "zod";

/** A point in time, within what calendars and the database can say. */
export const Instant = z.coerce
  .date<Date | string>("must be a point in time, as 2026-01-31T12:00:00Z")
  .min(new Date("1970-01-01T00:00:00Z"), "must not lie before 1970")
  .max(new Date("9999-12-31T23:59:59Z"), "must not lie after the year 9999");

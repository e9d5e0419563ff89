import { z } from "zod";
import { Decimal, optional } from "./optional.ts";

const Color = z.enum(["primary", "success", "danger", "warning", "secondary"]);
const Metric = z.object({
  value: Decimal,
  unit: z.string(),
  short_description: z.string(),
  color: optional(Color),
});

/**
 * What a deployed application says of itself (workers spec 6.3). Unknown members are dropped, a decimal is kept as
 * text, and any violation makes the whole document no status.
 */
export const StatusDocument = z.object({
  status: z.object({ name: z.string(), color: Color }),
  primary_metric: optional(Metric),
  metrics: optional(z.array(Metric)),
  notices: z.array(z.object({ level: z.enum(["Info", "Warning", "Danger"]), text: z.string() })).default([]),
});
export type StatusDocument = z.output<typeof StatusDocument>;

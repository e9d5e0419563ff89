import { z } from "zod";
import { HelmChartId } from "../ids.ts";
import { Json } from "../json.ts";

/** Call an action of the chart over HTTP. `body` is what the person filled in, not yet rendered. */
export const InvokeAction = z.object({
  kind: z.literal("InvokeAction"),
  helmChartId: HelmChartId,
  actionId: z.string().min(1).max(200),
  body: Json,
});

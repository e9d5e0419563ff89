import { z } from "zod";
import { HelmChartId } from "../ids.ts";
import { JsonObject } from "../json.ts";

/** Create the namespace and install the chart with these inputs. */
export const Install = z.object({
  kind: z.literal("Install"),
  helmChartId: HelmChartId,
  configInputs: JsonObject,
  valuesOverride: JsonObject,
});

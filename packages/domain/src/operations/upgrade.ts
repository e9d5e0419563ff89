import { z } from "zod";
import { HelmChartId } from "../ids.ts";
import { Json, JsonObject } from "../json.ts";

/** Bring the release to this chart and these inputs. `configDelta` maps a dotted path to `[old, new]` (API spec 7.5). */
export const Upgrade = z.object({
  kind: z.literal("Upgrade"),
  helmChartId: HelmChartId,
  prevHelmChartId: HelmChartId.nullable(),
  configInputs: JsonObject,
  configDelta: z.record(z.string(), z.tuple([Json, Json])).nullable(),
  valuesOverride: JsonObject,
});

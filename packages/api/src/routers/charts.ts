import { HelmChartId, HelmRegistryId, KindId } from "@platz/domain";
import { getChart, listCharts } from "@platz/services";
import { z } from "zod";
import { idInput, listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput({
  helmRegistryId: HelmRegistryId.optional(),
  kindId: KindId.optional(),
  parsedBranch: z.string().optional(),
  available: z.boolean().optional(),
});

export const charts = router({
  list: procedure.input(List).query(({ ctx, input }) => listCharts(ctx, input)),
  get: procedure.input(idInput(HelmChartId)).query(({ ctx, input }) => getChart(ctx, input.id)),
});

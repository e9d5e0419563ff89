import { HelmChartId, HelmRegistryId, KindId } from "@platz/domain";
import { getChart, listCharts, releaseChart } from "@platz/services";
import { z } from "zod";
import { between, idInput, is, isOrAbsent, listInput, text } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("charts", {
  helmRegistryId: is(HelmRegistryId),
  kindId: is(KindId),
  parsedBranch: isOrAbsent(text),
  inUse: z.boolean().optional(),
  createdAt: between,
  available: z.boolean().optional(),
});

export const charts = router({
  list: procedure.input(List).query(({ ctx, input }) => listCharts(ctx, input)),
  get: procedure.input(idInput(HelmChartId)).query(({ ctx, input }) => getChart(ctx, input.id)),
  release: procedure.input(idInput(HelmChartId)).mutation(({ ctx, input }) => releaseChart(ctx, input.id)),
});

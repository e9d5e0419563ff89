import { KindGrantId, KindId, NewKindGrant, NewKindGrantForChart } from "@platz/domain";
import {
  createKindGrant,
  createKindGrantForChart,
  deleteKindGrant,
  getKindGrant,
  listKindGrants,
  wouldBeRefused,
} from "@platz/services";
import { z } from "zod";
import { idInput, is, listInput } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("kindGrants", { kindId: is(KindId) });
const OfKind = z.strictObject({ kindId: KindId });

export const kindGrants = router({
  list: procedure.input(List).query(({ ctx, input }) => listKindGrants(ctx, input)),
  get: procedure.input(idInput(KindGrantId)).query(({ ctx, input }) => getKindGrant(ctx, input.id)),
  create: procedure.input(NewKindGrant).mutation(({ ctx, input }) => createKindGrant(ctx, input)),
  createForChart: procedure
    .input(NewKindGrantForChart)
    .mutation(({ ctx, input }) => createKindGrantForChart(ctx, input)),
  wouldBeRefused: procedure.input(OfKind).query(({ ctx, input }) => wouldBeRefused(ctx, input.kindId)),
  delete: procedure.input(idInput(KindGrantId)).mutation(({ ctx, input }) => deleteKindGrant(ctx, input.id)),
});

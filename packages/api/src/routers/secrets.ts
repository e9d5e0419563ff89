import { EnvId, NewSecret, SecretId, UpdateSecret } from "@platz/domain";
import {
  createSecret,
  deleteSecret,
  getSecret,
  listSecrets,
  listSecretUsage,
  updateSecret,
} from "@platz/services";
import { idInput, is, listInput, text } from "../inputs.ts";
import { procedure, router } from "../trpc.ts";

const List = listInput("secrets", {
  envId: is(EnvId),
  collection: is(text),
  name: is(text),
});

export const secrets = router({
  list: procedure.input(List).query(({ ctx, input }) => listSecrets(ctx, input)),
  get: procedure.input(idInput(SecretId)).query(({ ctx, input }) => getSecret(ctx, input.id)),
  usage: procedure.input(idInput(SecretId)).query(({ ctx, input }) => listSecretUsage(ctx, input.id)),
  create: procedure.input(NewSecret).mutation(({ ctx, input }) => createSecret(ctx, input)),
  update: procedure.input(UpdateSecret).mutation(({ ctx, input }) => updateSecret(ctx, input)),
  delete: procedure.input(idInput(SecretId)).mutation(({ ctx, input }) => deleteSecret(ctx, input.id)),
});

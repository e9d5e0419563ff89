import { findEnv } from "@platz/db/queries/envs";
import { type Env, type EnvId, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

export async function getEnv({ db, scope }: ServiceContext, id: EnvId): Promise<Env> {
  const env = await findEnv(db, id, scope.envs);
  if (!env) throw new NotFound("env", id);
  return env;
}

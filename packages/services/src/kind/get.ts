import { findDeploymentKind } from "@platz/db/queries/deployment-kinds";
import { type DeploymentKind, type KindId, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

export async function getKind({ db }: ServiceContext, id: KindId): Promise<DeploymentKind> {
  const kind = await findDeploymentKind(db, id);
  if (!kind) throw new NotFound("kind", id);
  return kind;
}

import { listDeploymentKinds } from "@platz/db/queries/deployment-kinds";
import type { DeploymentKind, ListRequest, Page } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** The kinds of deployment that discovered charts make. */
export async function listKinds(
  { db }: ServiceContext,
  { page, sort, name }: { readonly name?: string | undefined } & ListRequest<"kinds">,
): Promise<Page<DeploymentKind>> {
  return await listDeploymentKinds(db, { name, list: { page, sort } });
}

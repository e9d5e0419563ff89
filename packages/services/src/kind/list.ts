import { listDeploymentKinds } from "@platz/db/queries/deployment-kinds";
import type { DeploymentKind, Page, PageRequest } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

/** The kinds of deployment that discovered charts make. */
export async function listKinds(
  { db }: ServiceContext,
  input: { readonly name?: string | undefined; readonly page: PageRequest },
): Promise<Page<DeploymentKind>> {
  return await listDeploymentKinds(db, input);
}

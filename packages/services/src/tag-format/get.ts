import { findHelmTagFormat } from "@platz/db/queries/helm-tag-formats";
import { type HelmTagFormat, type HelmTagFormatId, NotFound } from "@platz/domain";
import type { ServiceContext } from "../context.ts";

export async function getTagFormat({ db }: ServiceContext, id: HelmTagFormatId): Promise<HelmTagFormat> {
  const format = await findHelmTagFormat(db, id);
  if (!format) throw new NotFound("tag format", id);
  return format;
}

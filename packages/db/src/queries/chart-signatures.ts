import type { ChartSignature, HelmChartId, HelmRegistry } from "@platz/domain";
import { and, eq } from "drizzle-orm";
import type { Queryable } from "../open-database.ts";
import { chartSignatures, helmCharts, helmRegistries } from "../schema/index.ts";

type Repository = Pick<HelmRegistry, "domainName" | "repoName">;
/** What was signed, and the signature, in base64. */
export interface StoredSignature {
  readonly payload: string;
  readonly signature: string;
}

/** Puts what signatures there are now of a digest in the place of those that were found before. */
export async function putChartSignatures(
  db: Queryable,
  {
    signatures,
    ...key
  }: Repository & { readonly imageDigest: string; readonly signatures: readonly StoredSignature[] },
): Promise<void> {
  const values = { signatures: [...signatures] };
  const target = [chartSignatures.domainName, chartSignatures.repoName, chartSignatures.imageDigest];
  await db
    .insert(chartSignatures)
    .values({ ...key, ...values })
    .onConflictDoUpdate({ target, set: values });
}

/** A chart with what is to be judged of it. */
export interface ChartToJudge {
  readonly id: HelmChartId;
  readonly imageDigest: string;
  readonly signature: ChartSignature | null;
  readonly signatures: readonly StoredSignature[] | null;
}

/** The charts of a repository, of one digest or of all. */
export async function listChartsToJudge(
  db: Queryable,
  { domainName, repoName }: Repository,
  imageDigest?: string,
): Promise<ChartToJudge[]> {
  return await db
    .select({
      id: helmCharts.id,
      imageDigest: helmCharts.imageDigest,
      signature: helmCharts.signature,
      signatures: chartSignatures.signatures,
    })
    .from(helmCharts)
    .innerJoin(helmRegistries, eq(helmRegistries.id, helmCharts.helmRegistryId))
    .leftJoin(
      chartSignatures,
      and(
        eq(chartSignatures.domainName, helmRegistries.domainName),
        eq(chartSignatures.repoName, helmRegistries.repoName),
        eq(chartSignatures.imageDigest, helmCharts.imageDigest),
      ),
    )
    .where(
      and(
        eq(helmRegistries.domainName, domainName),
        eq(helmRegistries.repoName, repoName),
        imageDigest === undefined ? undefined : eq(helmCharts.imageDigest, imageDigest),
      ),
    );
}

export async function setChartSignature(
  db: Queryable,
  id: HelmChartId,
  signature: ChartSignature | null,
): Promise<void> {
  await db.update(helmCharts).set({ signature }).where(eq(helmCharts.id, id));
}

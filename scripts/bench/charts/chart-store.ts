import type { TestRepository } from "@platz/chart-discovery/testing";
import type { Database } from "@platz/db";
import { helmCharts } from "@platz/db/schema";
import { count } from "drizzle-orm";

const MONTH_MS = 30 * 24 * 3_600_000;

/** Fills a repository with so many versions of one chart, each with a digest of its own, packaged a month ago. */
export async function fillRepository(
  { repository, registry, push, pushManifest }: TestRepository,
  versions: number,
): Promise<{ readonly tag: string; readonly digest: string }[]> {
  const { digest } = await push("0.0.0");
  const { raw } = await registry.manifest(repository, digest);
  const manifest = JSON.parse(new TextDecoder().decode(raw));
  const created = new Date(Date.now() - MONTH_MS).toISOString();
  const charts: { readonly tag: string; readonly digest: string }[] = [];
  for (let index = 1; index <= versions; index += 1) {
    const tag = `1.0.${index}`;
    const annotations = { "org.opencontainers.image.created": created, "com.example.number": String(index) };
    charts.push({ tag, digest: await pushManifest(tag, { ...manifest, annotations }) });
  }
  return charts;
}

/** Waits until so many charts are recorded. Gives how long that took, in seconds. */
export async function untilRecorded(db: Database, charts: number): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const [row] = await db.select({ n: count() }).from(helmCharts);
    if ((row?.n ?? 0) >= charts) return (performance.now() - begun) / 1000;
    if (performance.now() - begun > 600_000)
      throw new Error(`only ${row?.n} of ${charts} charts are recorded`);
    await Bun.sleep(100);
  }
}

import { z } from "zod";
import { optional } from "./optional.ts";

const annotation = (schema: z.ZodType<string> = z.string()) => optional(schema);

/** What Platz reads of Chart.yaml (workers spec 8.4). */
export const ChartMetadata = z
  .object({
    apiVersion: z.literal("v2", "must be v2"),
    version: z.string("must be a string such as 1.2.0"),
    annotations: z
      .object({
        "platz.io/git/commit": annotation(),
        "platz.io/git/branch": annotation(),
        "platz.io/git/repo": annotation(z.url("must be a whole URL")),
        "platz.io/git/provider": annotation(),
      })
      .nullish(),
  })
  .transform(({ version, annotations }) => ({
    version,
    gitCommit: annotations?.["platz.io/git/commit"] ?? null,
    gitBranch: annotations?.["platz.io/git/branch"] ?? null,
    gitRepo: annotations?.["platz.io/git/repo"] ?? null,
    gitProvider: annotations?.["platz.io/git/provider"] ?? null,
  }));
export type ChartMetadata = z.output<typeof ChartMetadata>;

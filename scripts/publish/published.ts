/** A workspace that others install from npm. */
export interface Published {
  /** Below `packages/`. */
  readonly folder: string;
  /** What it needs beside it. Everything else that it imports is built into it, with its licence. */
  readonly dependencies: readonly string[];
  /** Files and folders that go along as they are. */
  readonly files: readonly string[];
  readonly keywords: readonly string[];
}

/** The packages that are published. */
export const published: readonly Published[] = [
  {
    folder: "chart-ext",
    dependencies: ["yaml", "zod"],
    files: ["schemas"],
    keywords: ["platz", "helm", "chart", "kubernetes"],
  },
  {
    folder: "sdk",
    dependencies: ["@standard-schema/spec", "eventsource", "jose", "zod"],
    files: [],
    keywords: ["platz", "helm", "kubernetes", "sdk"],
  },
];

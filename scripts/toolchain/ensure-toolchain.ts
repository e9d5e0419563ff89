import { rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "./cache-folder.ts";
import { type EnsureOptions, ensureTool, toolNamed } from "./ensure-tool.ts";
import type { Report } from "./source.ts";
import { type ToolName, tools } from "./tools.ts";

/** Where each tool's binary is, and the files beside it. */
export type Toolchain = Readonly<Record<ToolName, string>> & { readonly stages: string };

/** Path of one tool's binary, obtaining it first when it is not in the cache. */
export async function toolPath(name: ToolName, report: Report, options: EnsureOptions = {}): Promise<string> {
  return join(await ensureTool(toolNamed(name), report, options), name);
}

/**
 * Every tool of the local stack, one after the other (a build uses all cores), with a line of progress for what takes
 * long. The build caches, gigabytes of them, are removed once everything is in place.
 */
export async function ensureToolchain(report: Report, options: EnsureOptions = {}): Promise<Toolchain> {
  const paths: [ToolName, string][] = [];
  for (const [index, tool] of tools.entries()) {
    const name = tool.name as ToolName;
    const counted: Report = (line) => report(`[${index + 1}/${tools.length}] ${line}`);
    paths.push([name, await toolPath(name, counted, options)]);
  }
  await removeBuildCaches(options);
  const byName = Object.fromEntries(paths) as Record<ToolName, string>;
  return { ...byName, stages: join(byName.kwok, "..", "stages.yaml") };
}

function removeBuildCaches(options: EnsureOptions): Promise<void> {
  return rm(join(options.cache ?? cacheFolder(), "build"), { recursive: true, force: true });
}

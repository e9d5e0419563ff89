import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { lock } from "proper-lockfile";
import { cacheFolder } from "./cache-folder.ts";
import { runCommand } from "./run-command.ts";
import type { Report, Source } from "./source.ts";
import { fromGoModules } from "./source-go.ts";
import { fromNpm } from "./source-npm.ts";
import { fromPath } from "./source-path.ts";
import { fromRelease } from "./source-release.ts";
import { type Tool, type ToolName, tools } from "./tools.ts";

export interface EnsureOptions {
  readonly cache?: string;
  readonly sources?: readonly Source[];
  /** How long after its last sign of life somebody else's attempt counts as dead, in ms (2000 at least). */
  readonly lockStaleMs?: number;
}

/** A tool could not be obtained. The message names it, says what was tried, and what a person can do. */
export class ToolUnavailable extends Error {
  override readonly name = "ToolUnavailable";
}

const sourcesInOrder: readonly Source[] = [fromPath, fromRelease, fromNpm, fromGoModules];

export function toolNamed(name: ToolName): Tool {
  const found = tools.find((tool) => tool.name === name);
  if (found === undefined) throw new Error(`There is no tool ${name}.`);
  return found;
}

/**
 * The folder of a tool that is ready to use, obtaining it first when it is not in the cache. Processes that want the
 * same tool at once wait for the first of them. A tool gets its place only whole and checked, so an interrupted
 * attempt leaves nothing that could be taken for one. With everything in the cache no network is touched.
 */
export async function ensureTool(tool: Tool, report: Report, options: EnsureOptions = {}): Promise<string> {
  const cache = options.cache ?? cacheFolder();
  const place = join(cache, "tools", `${tool.name}-${tool.version}-${process.platform}-${process.arch}`);
  if (isReady(tool, place)) return place;
  await mkdir(join(cache, "tools"), { recursive: true });
  // A holder that was killed stops renewing the lock, and the next one takes it over after `stale`.
  const release = await lock(join(cache, "tools"), {
    lockfilePath: `${place}.lock`,
    stale: options.lockStaleMs ?? 10_000,
    retries: { forever: true, minTimeout: 200, maxTimeout: 1_000 },
    // A machine that slept loses its lock. At worst the same thing is then obtained twice.
    onCompromised: () => report(`${tool.name} ${tool.version}: another process may be preparing it too`),
  });
  try {
    if (!isReady(tool, place)) {
      await clear(place);
      await obtain(tool, place, { cache, report, sources: options.sources ?? sourcesInOrder });
    }
    return place;
  } finally {
    await release().catch(() => {});
  }
}

/** Whether the binary is there. One that was found on PATH and is gone since is not. */
function isReady(tool: Tool, place: string): boolean {
  return existsSync(join(place, tool.name));
}

/** Removes what interrupted attempts left. */
async function clear(place: string): Promise<void> {
  const siblings = await readdir(dirname(place));
  const left = siblings.filter((name) => name.startsWith(`${basename(place)}.part-`));
  for (const name of [basename(place), ...left]) {
    await rm(join(dirname(place), name), { recursive: true, force: true });
  }
}

interface Attempt {
  readonly cache: string;
  readonly report: Report;
  readonly sources: readonly Source[];
}

async function obtain(tool: Tool, place: string, { cache, report, sources }: Attempt): Promise<void> {
  const keepFolder = join(cache, "build");
  await mkdir(keepFolder, { recursive: true });
  const tried: string[] = [];
  for (const source of sources) {
    const workFolder = await mkdtemp(`${place}.part-`);
    try {
      await withProgress(`${tool.name} ${tool.version}: ${source.name}`, report, () =>
        source.obtain({ tool, workFolder, keepFolder, report }),
      );
      await requireVersion(tool, workFolder);
      await rename(workFolder, place);
      return;
    } catch (error) {
      tried.push(`${source.name} (${error instanceof Error ? error.message : String(error)})`);
      await rm(workFolder, { recursive: true, force: true });
    }
  }
  const where = tool.fromPath === true ? `on PATH or into ${place}` : `into ${place}`;
  throw new ToolUnavailable(
    `${tool.name} ${tool.version} could not be obtained. Tried: ${tried.join("; ")}. ` +
      `Ways out: put the binary ${tool.name} ${tool.version} ${where}; ` +
      "point at a cluster that you have (npm start -- --kubeconfig FILE --context NAME); " +
      "or install Go 1.26 or later and try again with a network.",
  );
}

async function requireVersion(tool: Tool, folder: string): Promise<void> {
  const { output } = await runCommand([join(folder, tool.name), ...tool.check.args]);
  if (!tool.check.expect.test(output)) throw new Error(`what came is not ${tool.name} ${tool.version}`);
}

/** Says what is going on when it takes longer than a moment, and again from time to time. */
async function withProgress(what: string, report: Report, work: () => Promise<void>): Promise<void> {
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  const timer = setInterval(() => report(`${what} … ${seconds()} s`), 15_000);
  try {
    await work();
    if (seconds() > 0) report(`${what}, ${seconds()} s`);
  } finally {
    clearInterval(timer);
  }
}

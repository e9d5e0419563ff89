import { readFile, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./run-command.ts";
import type { Source, SourceContext } from "./source.ts";

const modulesFolder = join(import.meta.dirname, "go");

/**
 * Builds the tool from Go modules, whose every byte the `go.sum` of our module pins. The build caches are of their
 * own, so that nobody's Go cache grows by gigabytes; `removeBuildCaches` takes them away afterwards.
 */
export const fromGoModules: Source = {
  name: "Go modules",
  async obtain(context) {
    const { tool, workFolder } = context;
    const go = Bun.which("go");
    if (go === null) throw new Error("no go on PATH");
    await requireDisk(context);
    const folder = join(modulesFolder, tool.go.module);
    const target = join(workFolder, tool.name);
    const flags = ["-trimpath", "-mod=readonly", "-ldflags", `-s -w ${tool.go.ldflags ?? ""}`.trim()];
    const result = await runCommand([go, "build", ...flags, "-o", target, tool.go.package], {
      cwd: folder,
      env: goEnvironment(context),
    });
    if (result.code !== 0) throw new Error(`go build failed: ${lastLines(result.output)}`);
    await writeExtraYaml(context, go);
  },
};

function goEnvironment({ keepFolder }: SourceContext): Record<string, string> {
  return {
    CGO_ENABLED: "0",
    GOFLAGS: "-modcacherw",
    GOMODCACHE: join(keepFolder, "go-modules"),
    GOCACHE: join(keepFolder, "go-build"),
    GOBIN: "",
  };
}

async function requireDisk({ tool, keepFolder }: SourceContext): Promise<void> {
  const { bavail, bsize } = await statfs(keepFolder);
  if (bavail * bsize >= tool.buildBytes) return;
  const gigabytes = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
  throw new Error(
    `building needs ${gigabytes(tool.buildBytes)} of free disk under ${keepFolder}, there are ${gigabytes(bavail * bsize)}`,
  );
}

/** Files that the module ships for run time are taken from the module that `go.sum` has checked, not kept in this repository. */
async function writeExtraYaml(context: SourceContext, go: string): Promise<void> {
  const extra = context.tool.extraYaml;
  if (extra === undefined) return;
  const listed = await runCommand([go, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", extra.module], {
    cwd: join(modulesFolder, context.tool.go.module),
    env: goEnvironment(context),
  });
  const folder = listed.output.trim();
  const documents = await Promise.all(extra.files.map((file) => readFile(join(folder, file), "utf8")));
  await writeFile(join(context.workFolder, extra.name), documents.join("\n---\n"));
}

const lastLines = (output: string) => output.trim().split("\n").slice(-3).join(" | ");

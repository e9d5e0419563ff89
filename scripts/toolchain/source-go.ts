import { readFile, statfs, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { dyingWithParent } from "./dying-with-parent.ts";
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
    const folder = moduleFolder(context);
    const target = join(workFolder, tool.name);
    const flags = ["-trimpath", "-mod=readonly", "-ldflags", `-s -w ${tool.go.ldflags ?? ""}`.trim()];
    const result = await runCommand(dyingWithParent([go, "build", ...flags, "-o", target, tool.go.package]), {
      cwd: folder,
      env: goEnvironment(context),
    });
    if (result.code !== 0) throw new Error(reasonOf(result.output));
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
    // Whatever this machine builds for otherwise, and whatever workspace stands above: this one is for here, and of itself.
    GOOS: "",
    GOARCH: "",
    GOWORK: "off",
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
    cwd: moduleFolder(context),
    env: goEnvironment(context),
  });
  const folder = listed.output.trim();
  const documents = await Promise.all(extra.files.map((file) => readFile(join(folder, file), "utf8")));
  await writeFile(join(context.workFolder, extra.name), documents.join("\n---\n"));
}

/** Our modules stand by name; a tool may also name a folder. */
const moduleFolder = ({ tool }: SourceContext) => resolve(modulesFolder, tool.go.module);

/** Why the build failed, in a few words: a Go that is too old in ours, anything else in the last of Go's own. */
function reasonOf(output: string): string {
  const old = /requires go >= ([\d.]+) \(running go ([\d.]+)/.exec(output);
  if (old !== null) return `Go ${old[2]} is too old, ${old[1]} or later is needed`;
  return `go build failed: ${output.trim().split("\n").slice(-3).join(" | ")}`;
}

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Source } from "../source.ts";
import type { Tool } from "../tools.ts";

/** A folder of one test alone, removed when disposed. */
export async function testFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "platz-toolchain-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A tool that builds in seconds: a Go module with nothing but a `main` that prints its version. */
export async function tinyTool(folder: string, goVersion = "1.21"): Promise<Tool> {
  const module = join(folder, "module");
  await mkdir(module, { recursive: true });
  await writeFile(join(module, "go.mod"), `module tiny\n\ngo ${goVersion}\n`);
  await writeFile(join(module, "main.go"), 'package main\n\nfunc main() { println("tiny 1.0.0") }\n');
  return {
    name: "tiny",
    version: "1.0.0",
    check: { args: [], expect: /tiny 1\.0\.0/ },
    go: { module, package: "." },
    buildBytes: 1,
  };
}

/** A source that writes a program that prints `output`. */
export function scriptSource(output: string, name = "a script"): Source {
  return {
    name,
    obtain: ({ tool, workFolder }) =>
      writeFile(join(workFolder, tool.name), `#!/bin/sh\necho ${output}\n`, { mode: 0o755 }),
  };
}

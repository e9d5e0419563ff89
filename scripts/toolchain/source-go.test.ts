import { expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ensureTool } from "./ensure-tool.ts";
import { runCommand } from "./run-command.ts";
import { fromGoModules } from "./source-go.ts";
import { testFolder, tinyTool } from "./testing/tiny-tool.ts";

const ensureTiny = join(import.meta.dirname, "testing", "ensure-tiny.ts");

test("a Go module becomes a binary, whatever Go workspace or target this machine is set to", async () => {
  await using folder = await testFolder();
  const built = await runCommand([process.execPath, ensureTiny, folder.path], {
    env: { GOOS: "plan9", GOARCH: "arm", GOWORK: join(folder.path, "go.work"), GOFLAGS: "-mod=vendor" },
  });
  expect((await runCommand([join(built.output.trim(), "tiny")])).output).toBe("tiny 1.0.0\n");
});

test("without Go and without a release the error says so in a sentence, and no network is touched", async () => {
  await using folder = await testFolder();
  await mkdir(join(folder.path, "empty"));
  const { output } = await runCommand([process.execPath, ensureTiny, folder.path], {
    env: { PATH: join(folder.path, "empty") },
  });
  expect(output).toStartWith("ToolUnavailable: tiny 1.0.0 could not be obtained.");
  expect(output).toContain("Go modules (no go on PATH)");
  expect(output).toContain("install Go");
});

test("a module that is not in its go.sum is refused, not fetched on trust", async () => {
  await using folder = await testFolder();
  const tool = await tinyTool(folder.path);
  await Bun.write(
    join(tool.go.module, "main.go"),
    'package main\n\nimport _ "example.invalid/unknown"\n\nfunc main() { println("tiny 1.0.0") }\n',
  );
  const attempt = ensureTool(tool, () => {}, { cache: folder.path, sources: [fromGoModules] });
  expect(await attempt.catch(String)).toMatch(/Go modules \(go build failed: .*example\.invalid/);
});

test("a Go that is too old is named, with the one that is needed", async () => {
  await using folder = await testFolder();
  const tool = await tinyTool(folder.path, "1.999");
  // Without this a Go that may would fetch a newer one.
  const attempt = await withEnvironment("GOTOOLCHAIN", "local", () =>
    ensureTool(tool, () => {}, { cache: folder.path, sources: [fromGoModules] }).catch(String),
  );
  expect(attempt).toMatch(/Go modules \(Go [\d.]+ is too old, 1\.999 or later is needed\)/);
});

test("a disk that is too full is said before anything is built", async () => {
  await using folder = await testFolder();
  const tool = { ...(await tinyTool(folder.path)), buildBytes: 1024 ** 5 };
  const attempt = ensureTool(tool, () => {}, { cache: folder.path, sources: [fromGoModules] });
  expect(await attempt.catch(String)).toContain("building needs 1048576.0 GiB of free disk under");
});

async function withEnvironment<T>(name: string, value: string, work: () => Promise<T>): Promise<T> {
  const before = process.env[name];
  process.env[name] = value;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}

import { expect, test } from "bun:test";
import { readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureTool, ToolUnavailable } from "./ensure-tool.ts";
import { runCommand } from "./run-command.ts";
import type { Source } from "./source.ts";
import { scriptSource, testFolder, tinyTool } from "./testing/tiny-tool.ts";

const silent = () => {};

test("two that want a tool at once obtain it once", async () => {
  await using folder = await testFolder();
  const tool = await tinyTool(folder.path);
  let obtained = 0;
  const counting: Source = {
    name: "counting",
    async obtain(context) {
      obtained += 1;
      await scriptSource("tiny 1.0.0").obtain(context);
    },
  };
  const ensure = () => ensureTool(tool, silent, { cache: folder.path, sources: [counting] });
  const [one, other] = await Promise.all([ensure(), ensure()]);
  expect(one).toBe(other);
  expect(obtained).toBe(1);
});

test("a tool that is in the cache is used without asking any source", async () => {
  await using folder = await testFolder();
  const tool = await tinyTool(folder.path);
  const place = await ensureTool(tool, silent, { cache: folder.path, sources: [scriptSource("tiny 1.0.0")] });
  expect(await ensureTool(tool, silent, { cache: folder.path, sources: [] })).toBe(place);
});

test("what a source brings is refused when it is another version, half a file or nothing, and the next one is asked", async () => {
  await using folder = await testFolder();
  const tool = await tinyTool(folder.path);
  const half: Source = {
    name: "half",
    obtain: ({ workFolder }) => writeFile(join(workFolder, "tiny"), "\u007fELF half of it", { mode: 0o755 }),
  };
  const nothing: Source = { name: "nothing", obtain: async () => {} };
  const sources = [scriptSource("tiny 0.9.0"), half, nothing, scriptSource("tiny 1.0.0")];
  const place = await ensureTool(tool, silent, { cache: folder.path, sources });
  expect((await runCommand([join(place, "tiny")])).output).toBe("tiny 1.0.0\n");
  expect(await readdir(join(folder.path, "tools"))).toEqual([
    `tiny-1.0.0-${process.platform}-${process.arch}`,
  ]);
});

test("an attempt that was killed half-way is begun again, and leaves nothing behind", async () => {
  await using folder = await testFolder();
  const child = Bun.spawn(
    [process.execPath, join(import.meta.dirname, "testing", "obtain-and-hang.ts"), folder.path],
    { stdout: "pipe", stderr: "inherit" },
  );
  await child.stdout.getReader().read();
  child.kill("SIGKILL");
  await child.exited;
  const tool = await tinyTool(folder.path);
  const place = await ensureTool(tool, silent, {
    cache: folder.path,
    lockStaleMs: 2_000,
    sources: [scriptSource("tiny 1.0.0")],
  });
  expect((await runCommand([join(place, "tiny")])).output).toBe("tiny 1.0.0\n");
  expect(await readdir(join(folder.path, "tools"))).toHaveLength(1);
});

test("a binary that was found on PATH and is gone since is obtained again", async () => {
  await using folder = await testFolder();
  const tool = await tinyTool(folder.path);
  const outside = join(folder.path, "outside");
  const found: Source = {
    name: "found",
    async obtain(context) {
      await scriptSource("tiny 1.0.0").obtain({ ...context, workFolder: folder.path });
      await rm(outside, { force: true });
      await Bun.write(outside, Bun.file(join(folder.path, "tiny")));
      await runCommand(["chmod", "755", outside]);
      await symlink(outside, join(context.workFolder, "tiny"));
    },
  };
  await ensureTool(tool, silent, { cache: folder.path, sources: [found] });
  await rm(outside);
  const place = await ensureTool(tool, silent, { cache: folder.path, sources: [scriptSource("tiny 1.0.0")] });
  expect((await runCommand([join(place, "tiny")])).code).toBe(0);
});

test("when nothing works the error names the part, what was tried, and the ways out", async () => {
  await using folder = await testFolder();
  const broken = (name: string, why: string): Source => ({
    name,
    obtain: () => Promise.reject(new Error(why)),
  });
  const sources = [broken("PATH", "no tiny on PATH"), broken("Go modules", "no go on PATH")];
  const attempt = ensureTool(await tinyTool(folder.path), silent, { cache: folder.path, sources });
  const error = await attempt.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ToolUnavailable);
  const message = String(error);
  for (const part of ["tiny 1.0.0", "PATH (no tiny on PATH)", "Go modules (no go on PATH)"]) {
    expect(message).toContain(part);
  }
  for (const wayOut of ["put the binary tiny 1.0.0 into ", "--kubeconfig", "install Go"]) {
    expect(message).toContain(wayOut);
  }
  expect(await readdir(join(folder.path, "tools"))).toEqual([]);
});

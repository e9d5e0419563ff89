import { expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "./testing/temporary-directory.ts";
import { testSetting } from "./testing/test-setting.ts";

test("a disk that is full when a run's files are written is told, nothing is left on it, and the next run works", async () => {
  await using directory = await temporaryDirectory();
  const root = join(directory.path, "private");
  await mkdir(root, { mode: 0o700 });
  const script = fileURLToPath(new URL("testing/run-on-full-disk.ts", import.meta.url));
  // A disk of its own, in a namespace of its own: nothing of it is seen outside.
  const mounted = 'mount -t tmpfs -o size=256k,mode=0700 tmpfs "$1" && exec "$2" "$3" "$1" "$4"';
  const run = Bun.spawn(
    [
      "unshare",
      "--map-root-user",
      "--mount",
      "sh",
      "-c",
      mounted,
      "sh",
      root,
      process.execPath,
      script,
      testSetting("PLATZ_TEST_HELM"),
    ],
    { stdout: "pipe", stderr: "inherit" },
  );
  const { said, left, small } = JSON.parse(await new Response(run.stdout).text());
  expect(said).toBe(
    "NothingChanged: Helm was not started, because its files could not be written to the agent's disk.",
  );
  expect([left, small]).toEqual([[], "and works again"]);
});

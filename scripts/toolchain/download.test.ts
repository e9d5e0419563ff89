import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { download } from "./download.ts";
import { testFolder } from "./testing/tiny-tool.ts";

const content = Buffer.from("a binary of some length ".repeat(1_000));
const options = {
  sha256: createHash("sha256").update(content).digest("hex"),
  connectTimeoutMs: 2_000,
  idleTimeoutMs: 2_000,
};

/** Serves the content, in part when asked for a part. `ranges` is what was asked for. */
function server() {
  const ranges: (string | null)[] = [];
  const http = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const range = request.headers.get("range");
      ranges.push(range);
      const from = Number(/bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0);
      if (from >= content.length) return new Response(null, { status: 416 });
      return new Response(content.subarray(from), { status: from > 0 ? 206 : 200 });
    },
  });
  return { url: http.url.href, ranges, [Symbol.dispose]: () => void http.stop(true) };
}

test("a file arrives whole", async () => {
  await using folder = await testFolder();
  using http = server();
  const path = join(folder.path, "file");
  await download(http.url, path, options);
  expect(await readFile(path)).toEqual(content);
});

test("a half-downloaded file goes on where it stopped", async () => {
  await using folder = await testFolder();
  using http = server();
  const path = join(folder.path, "file");
  await writeFile(path, content.subarray(0, 10_000));
  await download(http.url, path, options);
  expect(http.ranges).toEqual(["bytes=10000-"]);
  expect(await readFile(path)).toEqual(content);
});

test("a file with another checksum is refused and removed, and the next attempt begins anew", async () => {
  await using folder = await testFolder();
  using http = server();
  const path = join(folder.path, "file");
  await writeFile(path, "not the beginning of it");
  expect(await download(http.url, path, options).catch(String)).toContain(
    `expected ${options.sha256}: refused`,
  );
  expect(existsSync(path)).toBe(false);
  await download(http.url, path, options);
  expect(await readFile(path)).toEqual(content);
});

test("a file that is there whole already, or is longer than it should be, is brought anew", async () => {
  await using folder = await testFolder();
  using http = server();
  const path = join(folder.path, "file");
  await writeFile(path, Buffer.concat([content, content]));
  await download(http.url, path, options);
  expect(await readFile(path)).toEqual(content);
});

test("a server that does not answer, or stops in the middle, costs no more than the time allowed", async () => {
  await using folder = await testFolder();
  const stalling = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: ({ url }) =>
      url.endsWith("/never")
        ? new Promise<Response>(() => {})
        : new Response(new ReadableStream({ start: (stream) => stream.enqueue(content.subarray(0, 100)) })),
  });
  try {
    const quick = { ...options, connectTimeoutMs: 200, idleTimeoutMs: 200 };
    for (const path of ["never", "middle"]) {
      const attempt = download(new URL(path, stalling.url).href, join(folder.path, path), quick);
      expect(await attempt.catch(String)).toContain("no answer within 200 ms");
    }
  } finally {
    await stalling.stop(true);
  }
});

import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "./local-stack/stack-file.ts";
import { waitUntil } from "./local-stack/wait-until.ts";

const node = Bun.which("node") ?? process.execPath;
const bunPackage = `bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}`;
let checkout = "";

/** A command that says what it was given and which signals it gets, and ends well half a second after the first. */
const command = `
if (process.argv[2] === "wait") {
  let asked = 0;
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.on(signal, () => {
      console.log(signal);
      asked += 1;
      if (asked === 1) setTimeout(() => { console.log("clean"); process.exit(7); }, 500);
    });
  }
  setInterval(() => {}, 1_000);
}
// Whoever reads this may send a signal at once.
console.log(JSON.stringify({ pid: process.pid, args: process.argv.slice(2) }));
if (process.argv[2] === "exit") process.exit(Number(process.argv[3]));
`;

beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), "platz-bootstrap-"));
  const scripts = join(checkout, "scripts");
  await mkdir(scripts);
  await cp(join(import.meta.dirname, "bootstrap.mjs"), join(scripts, "bootstrap.mjs"));
  await writeFile(join(scripts, "start.ts"), command);
  await writeFile(
    join(scripts, "package.json"),
    '{ "name": "scripts", "version": "1.0.0", "private": true }',
  );
  const { packageManager } = JSON.parse(
    await readFile(join(import.meta.dirname, "..", "package.json"), "utf8"),
  );
  await writeFile(
    join(checkout, "package.json"),
    JSON.stringify({ name: "top", private: true, packageManager, workspaces: ["scripts"] }),
  );
  expect(Bun.spawnSync([process.execPath, "install"], { cwd: checkout }).exitCode).toBe(0);
});

afterAll(() => rm(checkout, { recursive: true, force: true }));

function bootstrap(args: string[], env: Record<string, string> = {}) {
  const child = Bun.spawn([node, join(checkout, "scripts", "bootstrap.mjs"), ...args], {
    env: { ...process.env, ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  return { child, lines, rest: () => readAll(lines), error: () => new Response(child.stderr).text() };
}

async function readAll(lines: { read(): Promise<{ done: boolean; value?: string | undefined }> }) {
  let text = "";
  for (let piece = await lines.read(); !piece.done; piece = await lines.read()) text += piece.value ?? "";
  return text;
}

async function waiting(env: Record<string, string> = {}) {
  const started = bootstrap(["start", "wait"], env);
  const { value = "" } = await started.lines.read();
  const { pid } = JSON.parse(value) as { pid: number };
  return { ...started, pid };
}

test("arguments reach the command, --help among them, and its exit status comes back", async () => {
  const help = bootstrap(["start", "--help", "two words"]);
  expect(JSON.parse(await help.rest()).args).toEqual(["--help", "two words"]);
  expect(await help.child.exited).toBe(0);
  expect(await bootstrap(["start", "exit", "3"]).child.exited).toBe(3);
});

test("a command that does not exist is answered with those that do", async () => {
  const unknown = bootstrap(["strat"]);
  expect(await unknown.error()).toContain("<start|demo|test|soak|token|bench|verify|db|docs|pack>");
  expect(await unknown.child.exited).toBe(1);
});

test("one Ctrl-C, however many times it arrives, asks the command once, and it ends well", async () => {
  const { child, rest } = await waiting();
  for (let i = 0; i < 3; i += 1) {
    child.kill("SIGINT");
    await Bun.sleep(20);
  }
  expect(await rest()).toBe("SIGINT\nclean\n");
  expect(await child.exited).toBe(7);
});

test("a killed bootstrap leaves no child", async () => {
  const { child, pid } = await waiting();
  child.kill("SIGKILL");
  await waitUntil("The end of the child", async () => !isAlive(pid), { timeoutMs: 5_000 });
});

test("when npm is killed the command is asked to end", async () => {
  const program = `
    const { spawn } = require("node:child_process");
    spawn(${JSON.stringify(node)}, ["scripts/bootstrap.mjs", "start", "wait"], { stdio: "inherit" });
    setInterval(() => {}, 1000);`;
  const npm = Bun.spawn([node, "-e", program], { cwd: checkout, stdout: "pipe", stderr: "inherit" });
  const lines = npm.stdout.pipeThrough(new TextDecoderStream()).getReader();
  await lines.read();
  npm.kill("SIGKILL");
  expect(await readAll(lines)).toBe("SIGTERM\nclean\n");
});

test("without Bun on PATH it comes from npm once, also for two that start at the same time", async () => {
  await using places = await withoutBun(`
    mkdir -p node_modules/@oven/${bunPackage}/bin
    ln -s ${process.execPath} node_modules/@oven/${bunPackage}/bin/bun
    echo "$@" >> "$PLATZ_CACHE/calls"`);
  const both = [bootstrap(["start", "exit", "4"], places.env), bootstrap(["start", "exit", "4"], places.env)];
  expect(await Promise.all(both.map(({ child }) => child.exited))).toEqual([4, 4]);
  expect(await bootstrap(["start", "exit", "5"], places.env).child.exited).toBe(5);
  const calls = await readFile(join(places.cache, "calls"), "utf8");
  expect(calls.split("\n")).toHaveLength(2);
  expect(calls).toStartWith("ci --ignore-scripts ");
});

test("npm is told the checksum of the one package that it may bring, and what has other contents does not run", async () => {
  await using told = await withoutBun('cp package.json package-lock.json "$PLATZ_CACHE"; exit 1');
  await bootstrap(["start"], told.env).child.exited;
  const asked = JSON.parse(await readFile(join(told.cache, "package.json"), "utf8"));
  const lock = JSON.parse(await readFile(join(told.cache, "package-lock.json"), "utf8"));
  const [name = ""] = Object.keys(asked.dependencies);
  expect(asked.dependencies).toEqual({ [name]: Bun.version });
  expect(lock.packages[`node_modules/${name}`]).toEqual({
    version: Bun.version,
    integrity: expect.stringMatching(/^sha512-[\w+/]{86}==$/) as unknown as string,
  });
  // What a registry gives under that name, as npm reads it.
  await using registry = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => forged(request, name),
  });
  await using places = await withoutBun(`exec ${Bun.which("npm")} "$@"`);
  const path = `${places.env.PATH}:${process.env["PATH"]}`
    .split(":")
    .filter((folder) => !existsSync(`${folder}/bun`));
  const { child, error } = bootstrap(["start"], {
    PLATZ_CACHE: places.cache,
    PATH: path.join(":"),
    npm_config_registry: registry.url.href,
    npm_config_cache: join(places.cache, "npm"),
    npm_config_fetch_retries: "0",
  });
  expect(await error()).toMatch(/could not be installed with npm .*integrity/i);
  expect(await child.exited).toBe(1);
}, 60_000);

/** A registry whose package of this name holds a program of somebody else. */
async function forged(request: Request, name: string): Promise<Response> {
  const archive = await new Bun.Archive(
    {
      "package/package.json": JSON.stringify({ name, version: Bun.version }),
      "package/bin/bun": `#!/bin/sh\necho ${Bun.version}\n`,
    },
    { compress: "gzip" },
  ).bytes();
  const { pathname, origin } = new URL(request.url);
  if (pathname.endsWith(".tgz")) return new Response(archive);
  const tarball = `${origin}/bun.tgz`;
  const version = { name, version: Bun.version, dist: { tarball } };
  return Response.json({ name, "dist-tags": { latest: Bun.version }, versions: { [Bun.version]: version } });
}

test("when npm cannot bring Bun the reason is one sentence that says what to do", async () => {
  await using places = await withoutBun("echo 'npm error network request failed' >&2; exit 1");
  const { child, error } = bootstrap(["start"], places.env);
  expect(await error()).toContain("could not be installed with npm (npm error network request failed).");
  expect(await child.exited).toBe(1);
});

test("what a start that was killed half-way left does not stop the next one", async () => {
  await using places = await withoutBun(`
    if [ ! -f "$PLATZ_CACHE/begun" ]; then touch "$PLATZ_CACHE/begun"; exec sleep 60; fi
    mkdir -p node_modules/@oven/${bunPackage}/bin
    ln -s ${process.execPath} node_modules/@oven/${bunPackage}/bin/bun`);
  const killed = bootstrap(["start"], places.env);
  await waitUntil("npm", async () => existsSync(join(places.cache, "begun")), { timeoutMs: 10_000 });
  killed.child.kill("SIGKILL");
  await killed.child.exited;
  expect(await bootstrap(["start", "exit", "6"], places.env).child.exited).toBe(6);
});

/** A PATH with a few tools and an `npm` of ours, but no Bun, and an empty cache. */
async function withoutBun(npm: string) {
  const folder = await mkdtemp(join(tmpdir(), "platz-no-bun-"));
  const [bin, cache] = [join(folder, "bin"), join(folder, "cache")];
  await mkdir(bin);
  await mkdir(cache);
  for (const name of ["sh", "mkdir", "ln", "touch", "sleep", "setpriv", "cp"]) {
    const path = Bun.which(name);
    if (path !== null) await symlink(path, join(bin, name));
  }
  await writeFile(join(bin, "npm"), `#!/bin/sh\n${npm}\n`);
  await chmod(join(bin, "npm"), 0o755);
  return {
    cache,
    env: { PATH: bin, PLATZ_CACHE: cache },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

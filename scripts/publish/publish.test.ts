import { afterAll, beforeAll, expect, test } from "bun:test";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { audience, deploymentId, platzStub, type ServedApi, serveApi } from "@platz/sdk/testing";
import { Glob } from "bun";
import getPort from "get-port";
import { z } from "zod";
import { buildPackage } from "./build-package.ts";
import { packFolder } from "./pack-folder.ts";
import { published } from "./published.ts";

const top = join(import.meta.dirname, "..", "..");
let project: string;
let api: ServedApi;
const made = new AsyncDisposableStack();

/** An empty project of somebody else, with what we publish installed by npm. */
beforeAll(async () => {
  api = made.use(await serveApi());
  api.tokens.set("admin", api.world.envAdmin);
  project = await mkdtemp(join(tmpdir(), "platz-consumer-"));
  made.defer(() => rm(project, { recursive: true }));
  const archives = await Promise.all(
    published.map(async (each) => {
      const folder = join(project, "built", each.folder);
      await mkdir(folder, { recursive: true });
      await buildPackage(each, folder);
      return await packFolder(folder, project);
    }),
  );
  await writeFile(join(project, "package.json"), '{ "private": true, "type": "module" }');
  const flags = ["--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts", "--loglevel=error"];
  await run(["npm", "install", ...flags, "@types/node@24", ...(await serversOf(top)), ...archives]);
  await cp(join(top, "examples/mounts/src"), join(project, "mounts"), { recursive: true });
  await cp(join(import.meta.dirname, "testing/consumer.ts"), join(project, "consumer.ts"));
}, 120_000);
afterAll(() => made.disposeAsync());

/** What the examples of mounts need besides, in the versions that we have. */
async function serversOf(folder: string): Promise<string[]> {
  const read = async (path: string) => JSON.parse(await readFile(join(folder, path), "utf8"));
  const { catalog } = (await read("package.json")).workspaces;
  const { dependencies } = await read("examples/mounts/package.json");
  return Object.keys(dependencies)
    .filter((name) => !name.startsWith("@platz/"))
    .map((name) => `${name}@${catalog[name]}`);
}

async function run(command: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const child = Bun.spawn([...command], {
    cwd: project,
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? project, ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")} failed:\n${out}\n${err}`);
  return out;
}

const Manifest = z.object({ dependencies: z.record(z.string(), z.string()) });

/** chart-ext brings nothing of others; of the SDK, what is built in has its licence beside it. */
const licenceWords: Readonly<Record<string, string>> = {
  "chart-ext": "Nothing of others is built in.",
  sdk: "Permission is hereby granted",
};

test.each(published.map(({ folder }) => folder))(
  "%p brings its code, types, licences and what it says it needs, and nothing private",
  async (folder) => {
    const read = (name: string) => readFile(join(project, "node_modules/@platz", folder, name), "utf8");
    const manifest = await read("package.json");
    const { dependencies } = Manifest.parse(JSON.parse(manifest));
    expect(manifest).not.toMatch(/workspace:|catalog:|"private"/);
    for (const name of ["index.js", "index.d.ts"]) {
      const text = await read(name);
      const imported = [...text.matchAll(/(?:^|\n)(?:import|export)[^;]*? from "([^"]+)"/g)].map(
        ([, id]) => id ?? "",
      );
      const foreign = imported.filter((id) => !(id.startsWith("node:") || id in dependencies));
      expect({ name, foreign }).toEqual({ name, foreign: [] });
      expect(text).not.toMatch(/\bBun\.|@platz\/(?!sdk|chart-ext)/);
    }
    expect(await read("LICENSE")).toContain("Apache License");
    expect(await read("THIRD-PARTY-LICENSES.txt")).toContain(licenceWords[folder] ?? "a folder of the test");
    expect(await read("README.md")).toContain(`# @platz/${folder}`);
  },
);

test("what chart-ext ships loads in a browser, and its JSON schemas are there", async () => {
  const folder = join(project, "node_modules/@platz/chart-ext");
  expect(await readFile(join(folder, "index.js"), "utf8")).not.toMatch(/["'`]node:/);
  const schema = JSON.parse(await readFile(join(folder, "schemas/values-ui.json"), "utf8"));
  expect(schema).toHaveProperty("$schema");
});

const browser = { lib: ["ES2023", "DOM", "DOM.Iterable"], types: [] };
test.each([
  ["a browser", browser],
  [
    "a browser, modules resolved as Node does",
    { ...browser, module: "NodeNext", moduleResolution: "NodeNext" },
  ],
  ["Node", { lib: ["ES2023"], types: ["node"] }],
])(
  "the compiler at its strictest accepts a program that uses both, with the types of %s",
  async (_, options) => {
    const compilerOptions = {
      target: "ES2023",
      module: "ESNext",
      moduleResolution: "bundler",
      strict: true,
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      ...options,
    };
    await writeFile(
      join(project, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["consumer.ts"] }),
    );
    expect(await run([join(top, "node_modules/.bin/tsc"), "-p", "."])).toBe("");
  },
);

/** The program itself: what npm puts on the path is a script for Node that looks for it. */
function denoBinary(): string {
  const outer = createRequire(import.meta.url);
  const inner = createRequire(outer.resolve("deno/package.json"));
  const libc = process.platform === "linux" ? "-glibc" : "";
  return join(
    dirname(inner.resolve(`@deno/${process.platform}-${process.arch}${libc}/package.json`)),
    "deno",
  );
}

test.each<[string, () => string[]]>([
  ["Bun", () => [process.execPath, "consumer.ts"]],
  ["Node", () => ["node", "consumer.js"]],
  [
    "Deno",
    () => [denoBinary(), "run", "--allow-all", "--no-prompt", "--node-modules-dir=manual", "consumer.ts"],
  ],
])(
  "a program that uses both does what it should under %s",
  async (_, command) => {
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      idleTimeout: 0,
      fetch: (request) =>
        request.url.endsWith("/jwks.json") ? Response.json(platz.jwks()) : api.fetch(request),
    });
    const platz = platzStub({ issuer: server.url.href });
    const signed = async (path: string, method: string, body?: string) =>
      (await platz.sign(deploymentId, { method, url: `${audience}/platz/${path}`, body }))["authorization"];
    const facts = {
      platzUrl: server.url.href,
      token: "admin",
      audience,
      deploymentId,
      toStir: await signed("actions/stir", "POST", '{"speed":2}'),
      toAskStatus: await signed("status", "GET"),
      envId: api.world.env.id,
    };
    const source = await readFile(join(project, "consumer.ts"), "utf8");
    await writeFile(join(project, "consumer.js"), new Bun.Transpiler({ loader: "ts" }).transformSync(source));
    const said = await run(command(), { FACTS: JSON.stringify(facts) });
    await server.stop(true);
    expect(JSON.parse(said)).toEqual({
      unsigned: 401,
      stirred: { twice: 4, for: deploymentId },
      status: {
        status: { name: "Idle", color: "primary" },
        primary_metric: { value: 0, unit: "rpm", short_description: "speed" },
      },
      heardAll: true,
      names: ["s0", "s1"],
      refused: "not-found",
      me: "User",
      issues: [],
      values: { app: { size: 3 } },
    });
  },
  60_000,
);

const runtimes = {
  bun: (file: string) => [process.execPath, `${file}.ts`],
  node: (file: string) => ["node", `${file}.js`],
  deno: (file: string) => [
    denoBinary(),
    "run",
    "--allow-all",
    "--no-prompt",
    "--node-modules-dir=manual",
    "--sloppy-imports",
    `${file}.ts`,
  ],
} as const;

test.each<[string, keyof typeof runtimes]>([
  ["bun", "bun"],
  ["elysia", "bun"],
  ["hono", "bun"],
  ["hono", "node"],
  ["express", "node"],
  ["node", "node"],
  ["deno", "deno"],
])(
  "the mount of examples/mounts/src/%s.ts answers Platz alone, under %s",
  async (file, runtime) => {
    using keys = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json(platz.jwks()) });
    const platz = platzStub({ issuer: keys.url.href });
    const signed = async (path: string, method: string, body?: string) => ({
      method,
      headers: await platz.sign(deploymentId, { method, url: `${audience}/platz/${path}`, body }),
      ...(body !== undefined && { body }),
    });
    const port = await getPort();
    await transpileMounts();
    const child = Bun.spawn(runtimes[runtime](join(project, "mounts", file)), {
      cwd: project,
      env: {
        PATH: process.env["PATH"],
        PORT: String(port),
        PLATZ_URL: keys.url.href,
        PLATZ_DEPLOYMENT_ID: deploymentId,
        PLATZ_ORIGIN: audience,
      },
      stdout: "ignore",
      stderr: "inherit",
    });
    await using _child = {
      async [Symbol.asyncDispose]() {
        child.kill();
        await child.exited;
      },
    };
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(`http://127.0.0.1:${port}/platz/${path}`, init);
    expect((await untilAnswered(() => ask("status"))).status).toBe(401);
    const brew = await signed("actions/brew", "POST", JSON.stringify({ cups: 3 }));
    const other = await ask("actions/brew", { ...brew, body: JSON.stringify({ cups: 20 }) });
    expect(other.status).toBe(401);
    const brewed = await ask("actions/brew", brew);
    expect([brewed.status, await brewed.json()]).toEqual([200, { message: "3 cups are on their way." }]);
    expect((await ask("actions/brew", brew)).status).toBe(401);
    const status = await ask("status", await signed("status", "GET"));
    expect(await status.json()).toMatchObject({ status: { name: "Brewing" }, primary_metric: { value: 3 } });
  },
  60_000,
);

/** Node before version 24 runs no TypeScript. */
async function transpileMounts(): Promise<void> {
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  for await (const path of new Glob("*.ts").scan(join(project, "mounts"))) {
    const file = join(project, "mounts", path);
    const text = transpiler
      .transformSync(await readFile(file, "utf8"))
      .replaceAll('./application.ts"', './application.js"');
    await writeFile(file.replace(/\.ts$/, ".js"), text);
  }
}

async function untilAnswered(ask: () => Promise<Response>): Promise<Response> {
  for (const deadline = Date.now() + 30_000; ; await Bun.sleep(50)) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

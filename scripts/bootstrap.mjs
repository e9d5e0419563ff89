// The one file that runs without Bun: obtains Bun and the dependencies, then hands over to scripts/<command>.ts.
// Plain JavaScript without dependencies, for Node 20 or later (or Bun itself).
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants, homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

/**
 * The packages of npm that Bun comes in, and their SHA-512: npm installs nothing else under these names. To be replaced
 * with the version in package.json: `npm view @oven/bun-linux-x64@<version> dist.integrity`.
 */
const bunPackages = {
  "bun-darwin-aarch64":
    "sha512-4MIFXHmctH2EhAxLXm2/qxNtv17dFtLJylvaOCsrgq6KSqHTs6eW5YSrJjRbJxYUJaR901fsN8JfZOa+CsWpWQ==",
  "bun-darwin-x64":
    "sha512-qkLPMGHZM9NI6CeHTWwVezzmlo6cC4Ta7yUAjYIWXS366qQcOlcp75t2uZyiuVRBMPS0h9qE0tCcvCHGaFqjJg==",
  "bun-linux-aarch64":
    "sha512-4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==",
  "bun-linux-aarch64-musl":
    "sha512-XCNc+WvvMAdNNb+OWTogpy+N9wm62fkVeEVLb6how0RZhW5LPi6c7BlkeVCuWps7XjEl2saFpHFa20/1E+PAHg==",
  "bun-linux-x64":
    "sha512-IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==",
  "bun-linux-x64-musl":
    "sha512-10QoW/YfTgnURaGEaHpJCiXjLI2e5iTtfVDaA5JKcyUzaa1cq6cVUY9/Uq5XkYzvtRjHLRe9Oj/lTDIQcxy8HQ==",
};

const top = join(import.meta.dirname, "..");
const commands = ["start", "demo", "test", "soak", "token", "bench", "verify", "db", "docs", "pack"];
const [command, ...args] = process.argv.slice(2);
if (!commands.includes(command))
  fail(`usage: node scripts/bootstrap.mjs <${commands.join("|")}> [arguments]`);

const version = JSON.parse(readFileSync(join(top, "package.json"), "utf8")).packageManager.split("@")[1];
const cache =
  process.env.PLATZ_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "platz");
const setpriv = process.platform === "linux" && spawnSync("setpriv", ["--version"]).status === 0;
const bun = await findBun();
await locked(join(top, "node_modules", ".platz-install.lock"), installDependencies);
run([bun, join(top, "scripts", `${command}.ts`), ...args]);

/** Bun at the pinned version: this process itself, PATH, the cache, or npm. */
async function findBun() {
  if (process.versions.bun === version) return process.execPath;
  if (spawnSync("bun", ["--version"], { encoding: "utf8" }).stdout?.trim() === version) return "bun";
  const place = join(cache, "tools", `${bunPackage()}-${version}`);
  await locked(`${place}.lock`, () => installBun(place));
  return (
    bunIn(place) ?? fail(`Bun ${version} is in ${place} but does not run; remove that folder and try again.`)
  );
}

/** The package of this platform. Linux without the GNU library has one of its own. */
function bunPackage() {
  const arch = process.arch === "arm64" ? "aarch64" : process.arch;
  const isGnu = process.platform !== "linux" || process.report.getReport().header.glibcVersionRuntime;
  return `bun-${process.platform}-${arch}${isGnu ? "" : "-musl"}`;
}

function bunIn(place) {
  const path = join(place, "node_modules", "@oven", bunPackage(), "bin", "bun");
  const runs =
    existsSync(path) && spawnSync(path, ["--version"], { encoding: "utf8" }).stdout?.trim() === version;
  return runs ? path : undefined;
}

function installBun(place) {
  if (bunIn(place)) return;
  say(`Bun ${version}: from npm`);
  const draft = `${place}.part-${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  writeLock(draft);
  // No script of the package runs: the binary needs none.
  const npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const [file, ...rest] = dyingWithUs(["npm", ...npm]);
  const result = spawnSync(file, rest, { cwd: draft, encoding: "utf8" });
  if (result.status !== 0 || !bunIn(draft)) {
    rmSync(draft, { recursive: true, force: true });
    const why = (result.stderr || result.error?.message || "no binary came")
      .trim()
      .split("\n")
      .slice(-3)
      .join(" ");
    fail(
      `Bun ${version} could not be installed with npm (${why}). Install it yourself, or try again with a network.`,
    );
  }
  rmSync(place, { recursive: true, force: true });
  renameSync(draft, place);
}

/** Names one package and its checksum to npm, which refuses one with other contents. */
function writeLock(folder) {
  const name = bunPackage();
  const integrity =
    bunPackages[name] ??
    fail(
      `There is no Bun for ${process.platform} on ${process.arch} that Platz knows: install Bun ${version}.`,
    );
  const dependencies = { [`@oven/${name}`]: version };
  const packages = { "": { dependencies }, [`node_modules/@oven/${name}`]: { version, integrity } };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
  writeFileSync(
    join(folder, "package-lock.json"),
    JSON.stringify({ lockfileVersion: 3, requires: true, packages }),
  );
}

/** Installs what bun.lock names, unless that has been done since it last changed. */
function installDependencies() {
  const stamp = join(top, "node_modules", ".platz-installed");
  const wanted = createHash("sha256")
    .update(readFileSync(join(top, "bun.lock")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  say("dependencies: bun install");
  const [file, ...rest] = dyingWithUs([bun, "install", "--frozen-lockfile"]);
  const result = spawnSync(file, rest, { cwd: top, encoding: "utf8" });
  if (result.status !== 0) fail(`bun install failed:\n${result.stderr || result.error?.message}`);
  writeFileSync(stamp, wanted);
}

/** Does the work while holding a lock folder; one left behind by a killed process is taken over. */
async function locked(path, work) {
  mkdirSync(join(path, ".."), { recursive: true });
  for (;;) {
    try {
      mkdirSync(path);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (isAbandoned(path)) takeAway(path);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    writeFileSync(join(path, "pid"), String(process.pid));
    work();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** Removes an abandoned lock. Of several who see it as such one does, and a new one that came meanwhile is put back. */
function takeAway(path) {
  const away = `${path}.abandoned-${process.pid}`;
  try {
    renameSync(path, away);
    if (isAbandoned(away)) rmSync(away, { recursive: true, force: true });
    else renameSync(away, path);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}

function isAbandoned(path) {
  try {
    const holder = Number(readFileSync(join(path, "pid"), "utf8"));
    process.kill(holder, 0);
    return false;
  } catch (error) {
    if (error.code === "ESRCH") return true;
    // The holder has not written its id yet: give it a moment.
    return error.code === "ENOENT" && existsSync(path) && Date.now() - statSync(path).mtimeMs > 5_000;
  }
}

/** Runs the command as a child that gets our signals and dies with us, and ends as it ends. */
function run(line) {
  const [file, ...rest] = dyingWithUs(line);
  const path = bun === "bun" ? process.env.PATH : `${process.env.PATH}${delimiter}${dirname(bun)}`;
  let toldAt = -Infinity;
  const tell = (signal) => {
    // One Ctrl-C comes from the terminal and again from npm: to the child, a second one means "at once".
    if (performance.now() - toldAt < 1_000) return;
    toldAt = performance.now();
    child.kill(signal);
  };
  // Before the child exists: it may be seen to run, and a signal be sent, before the line after spawn is reached.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => tell(signal));
  // In a process group of its own: what a terminal sends to ours reaches it through us alone.
  const child = spawn(file, rest, { stdio: "inherit", detached: true, env: { ...process.env, PATH: path } });
  // npm killed with SIGKILL cannot pass it on: who has lost their parent has nothing to run for.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    if (toldAt === -Infinity) tell("SIGTERM");
  }, 500);
  child.on("error", (error) => fail(error.message));
  child.on("exit", (code, signal) => {
    clearInterval(watch);
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

/** On Linux the kernel ends the command with this process, even when this one is killed. */
function dyingWithUs(line) {
  return setpriv ? ["setpriv", "--pdeathsig", "KILL", "--", ...line] : line;
}

function say(line) {
  if (!args.includes("--json")) console.error(line);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** `npm run verify`: what can be known without a database, in seconds: types, lint, walls, dead code, links. */
const top = new URL("..", import.meta.url).pathname;
const checks = {
  types: ["tsc", "-p", "."],
  lint: ["biome", "ci", "--colors=off", "--max-diagnostics=50", "."],
  "dead code": ["knip"],
  "walls and docs": ["bun", "test", "scripts/checks"],
};

const started = performance.now();
const results = await Promise.all(
  Object.entries(checks).map(async ([name, [command = "", ...args]]) => {
    const path = command === "bun" ? process.execPath : `${top}/node_modules/.bin/${command}`;
    const child = Bun.spawn([path, ...args], { cwd: top, stdout: "pipe", stderr: "pipe" });
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { name, code, output: `${out}${err}`.trim() };
  }),
);
for (const { name, code, output } of results) {
  console.log(`${code === 0 ? "ok    " : "FAILED"} ${name}`);
  if (code !== 0) console.log(`${output}\n`);
}
const failed = results.filter(({ code }) => code !== 0).length;
console.log(
  `verify: ${results.length - failed} of ${results.length} checks passed in ${Math.round(performance.now() - started)} ms`,
);
process.exit(failed === 0 ? 0 : 1);

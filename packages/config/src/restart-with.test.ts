import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";

const module = fileURLToPath(new URL("restart-with.ts", import.meta.url));
const program = `
import { restartWith } from ${JSON.stringify(module)};
restartWith("PLATZ_TEST_RESTART", "20000");
console.log(JSON.stringify([process.pid, process.env["PLATZ_TEST_RESTART"], process.argv.slice(1)]));
`;

async function run(env: Record<string, string>) {
  const child = Bun.spawn([process.execPath, "-e", program, "an argument"], {
    env: { PATH: process.env["PATH"], ...env },
    stdout: "pipe",
  });
  return { pid: child.pid, said: JSON.parse(await new Response(child.stdout).text()) as unknown[] };
}

test("a process gets a variable that it lacks by starting anew in its own place, with its arguments", async () => {
  const { pid, said } = await run({});
  expect(said.slice(0, 2)).toEqual([pid, "20000"]);
  expect(JSON.stringify(said[2])).toContain("an argument");
});

test("a variable that somebody set is left as it is", async () => {
  expect((await run({ PLATZ_TEST_RESTART: "7" })).said[1]).toBe("7");
});

import { expect, test } from "bun:test";

const serve = new URL("./serve.ts", import.meta.url).pathname;

test("it prints where it listens, answers any host there, and ends on SIGTERM", async () => {
  const child = Bun.spawn([process.execPath, serve], { env: {}, stdout: "pipe", stderr: "inherit" });
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const url = (await output.read()).value?.trim() ?? "";
  const answer = await fetch(`${url}platz/status`, { headers: { host: "shop.apps.test" } });
  expect(await answer.json()).toMatchObject({ status: { name: "Idle" } });
  child.kill("SIGTERM");
  expect(await child.exited).toBe(0);
}, 10_000);

import { expect, test } from "bun:test";
import { REQUEST_LIMIT_VARIABLE, requestLimitNotice } from "./request-limit.ts";

test("a process that cannot watch all its clusters at once is told so, and how to be started", () => {
  expect(requestLimitNotice(undefined, 32)).toBeUndefined();
  expect(requestLimitNotice(undefined, 64)).toContain(`${REQUEST_LIMIT_VARIABLE}=448`);
  expect(requestLimitNotice("nonsense", 64)).toContain("256");
  expect(requestLimitNotice("1000", 64)).toBeUndefined();
});

test("a process that was started with the variable keeps as many watches open as it says", async () => {
  using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch: () =>
      new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) })),
  });
  const script = `
    let open = 0;
    for (let i = 0; i < 1200; i++) fetch("${server.url}").then(() => { if (++open === 1200) process.exit(0); });
    setTimeout(() => process.exit(1), 15000);`;
  const child = Bun.spawn([process.execPath, "-e", script], { env: { [REQUEST_LIMIT_VARIABLE]: "1200" } });
  expect(await child.exited).toBe(0);
});

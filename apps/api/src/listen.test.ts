import { expect, test } from "bun:test";
import { listen } from "./listen.ts";

const options = { host: "127.0.0.1", port: 0, graceMs: 2000 };

test("a request under way ends well while the process stops, and no new one is taken", async () => {
  const began = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const server = listen(async () => {
    began.resolve();
    await release.promise;
    return new Response("done");
  }, options);
  const url = `http://127.0.0.1:${server.port}`;
  const response = fetch(url);
  await began.promise;
  const stopped = server[Symbol.asyncDispose]();
  await expect(fetch(url)).rejects.toThrow();
  release.resolve();
  expect(await (await response).text()).toBe("done");
  await stopped;
});

test("a request that does not end is cut off after the grace", async () => {
  const began = Promise.withResolvers<void>();
  const server = listen(
    () => {
      began.resolve();
      return new Promise<Response>(() => {});
    },
    { ...options, graceMs: 50 },
  );
  const response = fetch(`http://127.0.0.1:${server.port}`);
  const outcome = response.then(
    () => "answered",
    () => "cut off",
  );
  await began.promise;
  await server[Symbol.asyncDispose]();
  expect(await outcome).toBe("cut off");
});

test("an address that is not ours to listen on names the settings", () => {
  expect(() => listen(() => new Response(), { ...options, host: "192.0.2.1" })).toThrow("API_HOST, API_PORT");
});

test("what a handler throws is no page that shows our sources, whatever the environment says", async () => {
  const thrown = () => {
    throw new Error("hunter2");
  };
  await using server = listen(thrown, options);
  const response = await fetch(`http://127.0.0.1:${server.port}/`);
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({ message: "internal error" });
});

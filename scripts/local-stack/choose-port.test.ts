import { expect, test } from "bun:test";
import { choosePort, freePort } from "./choose-port.ts";

test("a port that is taken is replaced by another, and that is said", async () => {
  for (const hostname of ["127.0.0.1", "0.0.0.0"]) {
    const taken = Bun.listen({ hostname, port: 0, socket: { data: () => {} } });
    try {
      const chosen = await choosePort(taken.port);
      expect(chosen.changed).toBe(true);
      expect(chosen.port).not.toBe(taken.port);
    } finally {
      taken.stop();
    }
  }
});

test("a port that is free is the one that was asked for, and no two parts get the same", async () => {
  const free = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => {} } });
  free.stop();
  expect(await choosePort(free.port)).toEqual({ port: free.port, changed: false });
  const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));
  expect(new Set(ports).size).toBe(20);
});

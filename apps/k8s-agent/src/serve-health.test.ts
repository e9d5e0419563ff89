import { expect, test } from "bun:test";
import { connect } from "node:net";
import { serveHealth } from "./serve-health.ts";

const facts = () => ({
  tasksRunning: 0,
  clustersConnected: 0,
  blindSpots: 0,
  resyncCorrections: 0,
  missingRights: [],
  clustersLackingRights: 0,
});

/** What a server says to a request with this Host, until it closes the connection. */
async function answerTo(port: number, host: string, path = "/status"): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const { promise, resolve } = Promise.withResolvers<void>();
  let answer = "";
  socket.on("data", (data) => {
    answer += String(data);
  });
  socket.on("close", () => resolve());
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  await promise;
  return answer;
}

test("a request that is none, and one that fails, are answered without a word of the inside", async () => {
  const broken = { expose: () => Promise.reject(new Error("hunter2")) };
  await using health = serveHealth(0, { metrics: broken, facts });
  for (const host of ["[", "a b", "x:abc", ""]) {
    expect(await answerTo(health.port, host)).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*the Host header is no host name$/,
    );
  }
  expect(await answerTo(health.port, "x", "/metrics")).toMatch(
    /^HTTP\/1\.1 500 [\s\S]*\r\n\r\ninternal error$/,
  );
  expect(await answerTo(health.port, "x")).toContain('"status":"ok"');
});

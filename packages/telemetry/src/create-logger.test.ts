import { expect, test } from "bun:test";
import { createLogger } from "./create-logger.ts";
import { redactText } from "./redact.ts";

function recording() {
  const lines: string[] = [];
  const log = createLogger({
    name: "test",
    level: "info",
    destination: { write: (line) => lines.push(line) },
  });
  return { log, lines, text: () => lines.join("") };
}

test("a line is JSON with time, level, process and message", () => {
  const { log, lines } = recording();
  log.info({ port: 3000 }, "listening");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    level: "info",
    name: "test",
    port: 3000,
    msg: "listening",
  });
  expect(JSON.parse(lines[0] ?? "").time).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test("values of secret keys are not logged, at any depth", () => {
  const { log, text } = recording();
  log.info({
    request: { headers: { Authorization: "hunter2", "x-platz-token": "hunter2" } },
    codeVerifier: "hunter2",
  });
  log.info({ a: [{ b: { clientSecret: "hunter2", PGPASSWORD: "hunter2" } }] });
  log.child({ access_token: "hunter2" }).info("child");
  expect(text()).not.toContain("hunter2");
  expect(text()).toContain("[redacted]");
});

test("tokens and passwords inside texts are not logged", () => {
  const { log, text } = recording();
  const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJpZGVudGl0eSI6e319.c2lnbmF0dXJl";
  const apiToken = `${"A".repeat(22)}.${"b".repeat(43)}`;
  log.warn({ url: "postgres://platz:hunter2@db/platz" }, `got ${jwt} and Bearer ${apiToken}`);
  expect(text()).not.toContain("hunter2");
  expect(text()).not.toContain(jwt);
  expect(text()).not.toContain(apiToken);
});

test("errors are logged with their causes, and without the parameters of a failed statement", () => {
  const { log, lines, text } = recording();
  const cause = Object.assign(new Error("connection refused"), {
    code: "ECONNREFUSED",
    parameters: ["hunter2"],
  });
  log.error({ error: new Error("Failed query: select $1\nparams: hunter2", { cause }) }, "failed");
  log.error(new Error("Failed query: select $1\nparams: hunter2"));
  const [first] = lines.map((line) => JSON.parse(line));
  expect(first.error).toMatchObject({
    type: "Error",
    cause: { code: "ECONNREFUSED", message: "connection refused" },
  });
  expect(first.error.stack).toContain("create-logger.test.ts");
  expect(text()).not.toContain("hunter2");
});

test("texts that others have written cost what their length allows", () => {
  const units = [
    "a.",
    "a-",
    "eyJ-",
    "eyJaaaa.",
    "a://",
    "a://b:",
    "bearer ",
    "bearer  a",
    "platz_",
    "\nparams: ",
  ];
  for (const unit of units) {
    const text = unit.repeat(500_000 / unit.length);
    const before = process.cpuUsage();
    redactText(text);
    const { user, system } = process.cpuUsage(before);
    // With the square of its length it would be minutes.
    expect([unit, (user + system) / 1000 < 2000]).toEqual([unit, true]);
  }
});

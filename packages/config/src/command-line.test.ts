import { expect, test } from "bun:test";
import { z } from "zod";
import { readCommandLine } from "./command-line.ts";
import { duration } from "./duration.ts";
import { ConfigError } from "./load-config.ts";

const description = {
  name: "platz-test",
  summary: "Does something.",
  settings: z.object({
    API_PORT: z.coerce.number("must be a number").int().default(3000).describe("Port to listen on."),
    RESYNC: duration().prefault("5m").describe("How often everything is looked at."),
    CLIENT_SECRET: z.string().describe("Secret of the client."),
    EMAILS: z.string().prefault("").describe("Who."),
    LOG_LEVEL: z.enum(["info", "debug"]).default("info").describe("How much is logged."),
  }),
};

const read = (args: string[], env: Record<string, string> = {}) =>
  readCommandLine(description, args, { CLIENT_SECRET: "env-secret", ...env });

function settingsOf(args: string[], env: Record<string, string> = {}) {
  const line = read(args, env);
  return line.kind === "settings" ? line.settings : undefined;
}

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "";
}

test("settings come from the environment, typed and with defaults", () => {
  expect(settingsOf([], { API_PORT: "80" })).toEqual({
    API_PORT: 80,
    RESYNC: 300_000,
    CLIENT_SECRET: "env-secret",
    EMAILS: "",
    LOG_LEVEL: "info",
  });
});

test("a flag wins over the environment", () => {
  expect(settingsOf(["--api-port", "81", "--resync=1h 30m"], { API_PORT: "80" })).toMatchObject({
    API_PORT: 81,
    RESYNC: 5_400_000,
  });
});

test("help lists every setting with its flag, variable, meaning and default, and needs no setting", () => {
  const line = readCommandLine(description, ["--help"], {});
  const text = (line.kind === "help" ? line.text : "").replace(/\s+/g, " ");
  expect(text).toContain("platz-test");
  expect(text).toContain("--api-port <value> Port to listen on. (env API_PORT; default 3000)");
  expect(text).toContain("(env RESYNC; default 5m)");
  expect(text).toContain("(env CLIENT_SECRET; required)");
  expect(text).toContain("(env EMAILS; empty by default)");
});

test("everything wrong is named at once, and no value is repeated", () => {
  const message = messageOf(() =>
    readCommandLine(description, [], { API_PORT: "hunter2", LOG_LEVEL: "hunter2" }),
  );
  expect(message.split("\n")).toEqual([
    "API_PORT: must be a number",
    "CLIENT_SECRET: is not set, and has no default",
    'LOG_LEVEL: Invalid option: expected one of "info"|"debug"',
  ]);
});

test("an unknown flag is named without its value", () => {
  expect(messageOf(() => read(["--client-secrte=hunter2"]))).not.toContain("hunter2");
  expect(messageOf(() => read(["--client-secrte=hunter2"]))).toContain("--client-secrte");
  expect(messageOf(() => read(["stray-hunter2"]))).not.toContain("hunter2");
});

import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { z } from "zod";
import { databaseSettings, databaseTarget } from "./database-settings.ts";
import { ConfigError, loadConfig } from "./load-config.ts";

const schema = z.object(databaseSettings);
const target = (env: Record<string, string>) => databaseTarget(loadConfig(schema, env));

test("the parts of an address are encoded when joined", () => {
  const { url } = target({ PGHOST: "db", PGUSER: "a@b", PGPASSWORD: "p/w:?#%", PGDATABASE: "my db" });
  expect(url).toBe("postgres://a%40b:p%2Fw%3A%3F%23%25@db:5432/my%20db");
  expect(decodeURIComponent(new URL(url).password)).toBe("p/w:?#%");
});

test("DATABASE_URL wins over the parts, and needs none of them", () => {
  expect(target({ DATABASE_URL: "postgres://u@h/d", PGHOST: "other" }).url).toBe("postgres://u@h/d");
});

test("no address at all is an error that says what to set", () => {
  expect(() => target({ PGHOST: "db" })).toThrow("set it, or PGHOST, PGUSER, PGPASSWORD and PGDATABASE");
});

test("TLS modes are read in any case, with dash or underscore, and others are refused", () => {
  const tls = (mode: string) => target({ DATABASE_URL: "postgres://h/d", PGSSLMODE: mode }).options.tls;
  expect(tls("DISABLE")).toBe(false);
  expect(tls("prefer")).toBe("prefer");
  expect(tls("Require")).toBe("require");
  expect(tls("verify_full")).toMatchObject({ rejectUnauthorized: true });
  expect(tls("Verify-CA")).toMatchObject({ rejectUnauthorized: true });
  expect(() => tls("allow")).toThrow(
    "PGSSLMODE: must be one of disable, prefer, require, verify-ca, verify-full",
  );
});

test("where the database is beyond this machine, TLS that is only preferred may be missing", () => {
  const mayBePlain = (host: string, mode = "prefer") =>
    target({ DATABASE_URL: `postgres://${host}/d`, PGSSLMODE: mode }).mayBePlain;
  expect(mayBePlain("db.example.com")).toBe(true);
  expect(["localhost", "127.0.0.1:5433", "[::1]", "%2Fvar%2Frun"].filter((host) => mayBePlain(host))).toEqual(
    [],
  );
  expect(["disable", "require", "verify-full"].filter((mode) => mayBePlain("h", mode))).toEqual([]);
});

test("without a mode TLS is preferred, and an address may bring its own", () => {
  expect(target({ DATABASE_URL: "postgres://h/d" }).options.tls).toBe("prefer");
  const own = target({ DATABASE_URL: "postgres://h/d?sslmode=require&options=x" });
  expect(own).toMatchObject({ url: "postgres://h/d?options=x", options: { tls: "require" } });
  expect(() => target({ DATABASE_URL: "postgres://h/d?sslmode=hunter2" })).toThrow(ConfigError);
});

test("a certificate file that is missing or empty stops the start", async () => {
  const folder = await mkdtemp(`${tmpdir()}/platz-config-`);
  try {
    const env = { DATABASE_URL: "postgres://h/d", PGSSLMODE: "verify-full" };
    expect(() => target({ ...env, PGSSLROOTCERT: `${folder}/none.pem` })).toThrow("cannot be read");
    await writeFile(`${folder}/empty.pem`, "nothing\n");
    expect(() => target({ ...env, PGSSLROOTCERT: `${folder}/empty.pem` })).toThrow("no PEM certificate");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a malformed pool setting is named, and its value is not repeated", () => {
  expect(() => target({ DATABASE_URL: "postgres://h/d", DB_POOL_MAX_SIZE: "many" })).toThrow(
    "DB_POOL_MAX_SIZE: must be a number",
  );
});

import { expect, test } from "bun:test";
import { measureGrowth } from "@platz/worker/testing";
import { readRendering } from "./read-rendering.ts";

const read = (manifest: string, confidential: readonly string[] = []) =>
  readRendering({
    manifest,
    namespace: "own",
    confidential,
    scopes: [],
    grant: { clusterRoles: [], podSecurity: { enforce: "baseline", warn: null } },
  });

test("what is secret stands in no name, place, reason or text", () => {
  const told = read(
    `apiVersion: v1
kind: ConfigMap
metadata: {name: a-xyzzy-4711, namespace: to-xyzzy-4711}
data: {note: xyzzy-4711}
---
apiVersion: v1
kind: Pod
metadata: {name: b}
spec: {volumes: [{name: xyzzy-4711, hostPath: {path: /}}]}
---
apiVersion: v1
kind: SecretList
items: [{apiVersion: v1, kind: Secret, metadata: {name: c}, stringData: {key: other-secret}}]
`,
    ["xyzzy-4711"],
  );
  expect(told.objects).toHaveLength(3);
  expect(told.ungranted.map(({ kind }) => kind)).toEqual(["ConfigMap", "Pod"]);
  expect(JSON.stringify(told)).not.toContain("xyzzy");
  expect(JSON.stringify(told)).not.toContain("other-secret");
});

test("texts without end are cut, and said to be", () => {
  const long = (name: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: "${"x ".repeat(30_000)}"}\n`;
  const told = read([long("a"), long("b")].join("---\n"));
  expect(told.objects.map(({ text }) => text.length)).toEqual([20_000, 20_000]);
  expect(told.isComplete).toBe(false);
});

test("many keys, objects or aliases take no longer than they are many", async () => {
  const many = (size: number, line: (n: number) => string) =>
    Array.from({ length: size }, (_, n) => line(n)).join("\n");
  const head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
  const costs: Record<string, (size: number) => string> = {
    keys: (size) => `${head}data:\n${many(size, (n) => `  k${n}: v`)}\n`,
    objects: (size) => many(size / 20, (n) => `---\napiVersion: v1\nkind: Pod\nmetadata: {name: p${n}}`),
    aliases: (size) => `${head}x: &x [1, 2, 3]\ndata:\n${many(size / 20, (n) => `  k${n}: *x`)}\n`,
  };
  for (const [name, prepare] of Object.entries(costs)) {
    const { excess } = await measureGrowth({ prepare, size: 8_000, run: (manifest) => read(manifest) });
    expect(`${name}: ${excess ?? "linear"}`).toBe(`${name}: linear`);
  }
}, 60_000);

import { expect, test } from "bun:test";
import { measureGrowth } from "@platz/worker/testing";
import { diffManifests as diff } from "./diff-manifests.ts";

const diffManifests = (live: string, next: string, ...confidential: string[]) =>
  diff({ live, next, confidential });
const configMap = (name: string, size: number, more = "") =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}data:\n  size: "${size}"\n`;
const manifest = (...objects: string[]) => objects.map((text) => `---\n${text}`).join("");

test("objects that come, go and change are told, each with its lines, and what stays is not", () => {
  const { objects, isComplete } = diffManifests(
    manifest(configMap("stays", 1), configMap("goes", 1), configMap("changes", 1)),
    manifest(configMap("changes", 2), configMap("comes", 1), configMap("stays", 1)),
  );
  expect(isComplete).toBe(true);
  expect(objects.map(({ kind, name, change }) => `${kind} ${name} ${change}`)).toEqual([
    "ConfigMap changes changed",
    "ConfigMap comes added",
    "ConfigMap goes removed",
  ]);
  expect(objects[0]?.diff).toContain('-  size: "1"\n+  size: "2"');
});

test("the order of keys is no change, and hooks are no part of a release", () => {
  const turned = "kind: ConfigMap\napiVersion: v1\ndata:\n  size: '1'\nmetadata:\n  name: a\n";
  const hook = configMap("hook", 9, "  annotations:\n    helm.sh/hook: pre-install\n");
  expect(diffManifests(manifest(configMap("a", 1)), manifest(turned, hook)).objects).toEqual([]);
});

const secret = (value: string, other: string) =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: keys\ndata:\n  pin: ${btoa(value)}\n  other: ${btoa(other)}\n`;

test("of a Secret is told which keys change, and nothing that they hold", () => {
  const { objects } = diffManifests(manifest(secret("xyzzy", "same")), manifest(secret("plugh", "same")));
  const [{ diff } = { diff: "" }] = objects;
  expect(diff).toContain("-  pin: (secret)\n+  pin: (another secret)");
  expect(diff).toContain("   other: (secret)");
  for (const text of ["xyzzy", "plugh", "same"]) expect(diff).not.toContain(btoa(text));
  const added = diffManifests("", manifest(secret("xyzzy", "same"))).objects[0]?.diff;
  expect(added).toContain("+  pin: (secret)");
  expect(added).not.toContain(btoa("xyzzy"));
});

test("texts that must not appear are hidden wherever they stand", () => {
  const leaky = configMap("leaky", 1, "  labels:\n    pin: xyzzy\n");
  expect(diffManifests("", manifest(leaky), "xyzzy").objects[0]?.diff).toContain("pin: (secret)");
});

test("a diff without end is cut, and says so; what is no YAML object is passed over", () => {
  const long = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: long}\ndata:\n${Array.from({ length: 5000 }, (_, n) => `  k${n}: v`).join("\n")}\n`;
  const { objects, isComplete } = diffManifests("", manifest(long, "5", "- a", ""));
  expect(objects).toHaveLength(1);
  expect(objects[0]?.diff.length).toBe(20_000);
  expect(isComplete).toBe(false);
});

test("a Secret within a list is a Secret", () => {
  const list = (value: string) =>
    `kind: List\nitems:\n  - {kind: Secret, metadata: {name: keys}, data: {key: ${value}}}\n`;
  const { objects } = diffManifests(list("xyzzy-1"), list("xyzzy-2"));
  expect(objects).toMatchObject([{ kind: "Secret", name: "keys", change: "changed" }]);
  expect(JSON.stringify(objects)).not.toContain("xyzzy");
});

test("a secret that was replaced is not shown as what it was, wherever it stands", () => {
  const env = (pin: string, more = "") =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: app\n    env:\n${more}    - {name: PIN, value: ${pin}}\n`;
  const { objects } = diffManifests(
    manifest(env("old-pin")),
    manifest(env("new-pin", "    - {name: MORE, value: x}\n")),
    "new-pin",
  );
  const [{ diff } = { diff: "" }] = objects;
  expect(diff).toContain("-          value: (secret)");
  expect(diff).toContain("+          value: (another secret)");
  for (const pin of ["old-pin", "new-pin"]) expect(diff).not.toContain(pin);
});

test("objects of one kind and name in two namespaces are two", () => {
  const inNamespace = (namespace: string, size: number) =>
    configMap("a", size, `  namespace: ${namespace}\n`);
  const { objects } = diffManifests(
    manifest(inNamespace("one", 1), inNamespace("two", 1)),
    manifest(inNamespace("one", 2), inNamespace("two", 1)),
  );
  expect(objects).toHaveLength(1);
});

const lines = (count: number, of: (line: number) => string) =>
  `kind: ConfigMap\nmetadata: {name: a}\ndata:\n  text: |\n${Array.from({ length: count }, (_, line) => `    ${of(line)}\n`).join("")}`;

test("what changes in too many lines is told without them, and others are shown", () => {
  const [live, next] = [lines(5_000, (line) => `a${line}`), lines(5_000, (line) => `b${line}`)];
  const { objects, isComplete } = diffManifests(
    manifest(live, configMap("small", 1)),
    manifest(next, configMap("small", 2)),
  );
  expect(objects.map(({ name, change, diff }) => `${name} ${change} ${diff.length > 100}`)).toEqual([
    "a changed false",
    "small changed true",
  ]);
  expect(objects[0]?.diff).toBe("It changes in more places than can be shown.");
  expect(isComplete).toBe(false);
});

const many = (count: number, of: (index: number) => string) =>
  manifest(...Array.from({ length: count }, (_, index) => of(index)));
test.each<[string, number, (size: number) => [string, string]]>([
  ["lines", 2_000, (n) => [lines(n, (line) => `a${line}`), lines(n, (line) => `b${line * 7}`)]],
  [
    "lines that are there often",
    2_000,
    (n) => [lines(n, (line) => `${line % 2}`), lines(n, (line) => `${line % 3}`)],
  ],
  [
    "objects",
    200,
    (n) => [many(n, (index) => configMap(`a${index}`, 1)), many(n, (index) => configMap(`a${index}`, 2))],
  ],
  [
    "keys",
    2_000,
    (n) => [many(1, () => `kind: A\n${"".padEnd(n, "x").replace(/x/g, "k: 1\n")}`), "kind: A\n"],
  ],
  [
    "named items",
    300,
    (n) => {
      const items = (value: number) =>
        `kind: A\nitems:\n${Array.from({ length: n }, (_, index) => `- {name: n${index}, v: ${value}}\n`).join("")}`;
      return [items(1), items(2)];
    },
  ],
])("to compare manifests takes time that grows with them: %s", async (_, size, of) => {
  const growth = await measureGrowth({
    prepare: of,
    run: ([live, next]) => diffManifests(live, next, "secret-of-some-length"),
    size,
  });
  expect(growth.excess).toBeUndefined();
});

import { afterAll, beforeAll, expect, test } from "bun:test";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageChartDirectory } from "@platz/oci";

const examples = new URL("../../../examples", import.meta.url).pathname;
const mixer = join(examples, "paint-mixer/chart");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "platz-cli-"));
});
afterAll(() => rm(folder, { recursive: true }));

const platz = (...args: string[]) => platzWith({}, ...args);

async function platzWith(environment: Record<string, string>, ...args: string[]) {
  const child = Bun.spawn([process.execPath, new URL("./main.ts", import.meta.url).pathname, ...args], {
    env: { ...process.env, ...environment },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { out, err, status: await child.exited };
}

const vault = "01234567-89ab-4def-81ab-cdef01234567";
const file = async (name: string, content: unknown) => {
  const path = join(folder, name);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};

test("every example but the broken one is found to be well", async () => {
  for (const name of [
    "paint-mixer/chart",
    "paint-mixer/chart-2",
    "no-extensions/chart",
    "broken-render/chart",
  ]) {
    expect(await platz("chart", "lint", join(examples, name))).toMatchObject({ status: 0, err: "" });
  }
});

test("what is wrong with a chart is said by file, line and place", async () => {
  const { out, status } = await platz("chart", "lint", join(examples, "broken-form/chart"));
  expect(status).toBe(1);
  expect(out).toMatch(/^platz\/values-ui\.yaml:\d+: \S+ .+/m);
});

/** Renders with the Helm of the test run. */
const lint = (path: string, helm = process.env["PLATZ_TEST_HELM"] ?? "") =>
  platzWith({ PLATZ_HELM_BIN: helm }, "chart", "lint", path);

test("the objects that need a grant are named, with the least that is enough; a chart that needs none says nothing", async () => {
  expect((await lint(mixer)).out).toBe(`${mixer}: nothing is wrong.\n`);
  const chart = join(folder, "wide");
  await mkdir(join(chart, "templates"), { recursive: true });
  await mkdir(join(chart, "crds"));
  await writeFile(join(chart, "Chart.yaml"), "apiVersion: v2\nname: wide\nversion: 1.0.0\n");
  await writeFile(
    join(chart, "crds", "shops.yaml"),
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: shops.example.com}\n",
  );
  const crds = await lint(chart);
  expect(crds.status).toBe(0);
  expect(crds.out).toContain(
    "needs a grant: CustomResourceDefinition shops.example.com, which makes a kind for the whole cluster",
  );
  expect(crds.out).toContain("The grant crds with the level baseline of Pod Security is enough");
  await writeFile(
    join(chart, "templates", "wide.yaml"),
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {helm.sh/hook: pre-install}}\nspec: {hostPID: true}\n---\n" +
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns, namespace: kube-system}\n",
  );
  const { out } = await lint(chart);
  expect(out).toContain(
    "needs a grant: Pod a, which has pods that the level baseline of Pod Security forbids",
  );
  expect(out).toContain("needs a grant: ConfigMap dns, which belongs to the namespace kube-system");
  expect(out).toContain("The grant everything with the level privileged of Pod Security is enough");
});

test("without Helm, or where Helm cannot render a chart by its defaults, lint says what it does not know", async () => {
  const absent = await platzWith({ PATH: folder }, "chart", "lint", mixer);
  expect(absent).toMatchObject({ status: 0, err: "" });
  expect(absent.out).toContain("No helm in PATH");
  const broken = await lint(join(examples, "broken-render/chart"));
  expect(broken.status).toBe(0);
  expect(broken.out).toContain("What needs a grant is not known: by its defaults,");
});

test("a chart is inspected alike from its folder and from its archive, in the form that is stored", async () => {
  const archive = join(folder, "chart.tgz");
  await writeFile(archive, await packageChartDirectory(mixer));
  const [fromFolder, fromArchive] = [
    await platz("chart", "inspect", mixer, "--json"),
    await platz("chart", "inspect", archive, "--json"),
  ];
  expect(fromFolder.status).toBe(0);
  expect(fromArchive).toEqual(fromFolder);
  expect(JSON.parse(fromFolder.out)).toMatchObject({
    valuesUi: { apiVersion: "platz.io/v1beta1", kind: "ValuesUi" },
    features: { kind: "Features" },
  });
  const broken = await platz("chart", "inspect", join(examples, "broken-form/chart"), "--json");
  expect(broken.status).toBe(1);
  expect(JSON.parse(broken.out).issues[0]).toMatchObject({ file: "platz/values-ui.yaml" });
});

/** A chart of the test's own, with a form of one number and one secret that is chosen. */
async function chartWithForm(): Promise<string> {
  const path = join(folder, "own");
  await cp(mixer, path, { recursive: true });
  await rm(join(path, "platz"), { recursive: true });
  await mkdir(join(path, "platz"));
  const form = `apiVersion: platz.io/v1beta1
kind: ValuesUi
inputs:
  - {id: size, type: number, label: Size, required: true, minimum: "1"}
  - {id: vault, type: CollectionSelect, collection: secrets, label: Vault, required: true}
outputs:
  values: [{path: [app, size], value: {FieldValue: {input: size}}}]
  secrets: {keys: {TOKEN: {FieldProperty: {input: vault, property: contents}}}}
`;
  await writeFile(join(path, "platz/values-ui.yaml"), form);
  expect(await readdir(path)).toContain("platz");
  return path;
}

test("inputs are rendered into values and Secrets, or refused by name", async () => {
  const chart = await chartWithForm();
  const inputs = await file("inputs.yaml", `size: 3\nvault: ${vault}\n`);
  const collections = await file("collections.json", { secrets: { [vault]: { contents: "s3cret" } } });
  const rendered = await platz(
    "chart",
    "render",
    chart,
    "--inputs",
    inputs,
    "--collections",
    collections,
    "--json",
  );
  expect(rendered).toMatchObject({ status: 0, err: "" });
  expect(JSON.parse(rendered.out)).toEqual({
    values: { app: { size: 3 } },
    secrets: [{ name: "keys", data: { TOKEN: "s3cret" } }],
    dropped: [],
  });
  const wrong = await file("wrong.yaml", "size: 0\n");
  const refused = await platz("chart", "render", chart, "--inputs", wrong);
  expect(refused.status).toBe(1);
  expect(JSON.parse(refused.out).issues.join("\n")).toContain("size: ");
  const missing = await platz("chart", "render", chart, "--inputs", inputs);
  expect(JSON.parse(missing.out)).toEqual({
    issues: [`--collections has no "contents" of secrets ${vault}.`],
  });
});

test("an action's body is rendered by its own form, and an unknown action is told from those that there are", async () => {
  const inputs = await file("action.json", {});
  const unknown = await platz("chart", "render", mixer, "--inputs", inputs, "--action", "fly");
  expect(unknown).toMatchObject({ status: 2, out: "" });
  expect(unknown.err).toMatch(/^The chart has no action "fly"; it has: \S+/);
  const actions = JSON.parse((await platz("chart", "inspect", mixer)).out).actions as {
    spec: { id: string };
  }[];
  const id = actions[0]?.spec.id ?? "";
  const body = await platz("chart", "render", mixer, "--inputs", inputs, "--action", id);
  expect(JSON.parse(body.out)).toSatisfy((result: object) => "body" in result || "issues" in result);
});

test("what is not there, or no chart, is one sentence and exit status 2; --help explains every command", async () => {
  expect(await platz("chart", "lint", join(folder, "none"))).toMatchObject({ status: 2, out: "" });
  const empty = await file("empty.tgz", "");
  expect((await platz("chart", "lint", empty)).err).toContain("The chart is empty (0 bytes)");
  const { out } = await platz("chart", "--help");
  for (const name of ["lint", "inspect", "render"]) expect(out).toContain(name);
});

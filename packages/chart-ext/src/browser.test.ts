import { expect, test } from "bun:test";
import { gzipSync } from "bun";
import { rolldown } from "rolldown";

/** Of what a browser loads, packed as servers send it. */
const KILOBYTES_MAX = 80;

async function bundle(): Promise<string> {
  const input = new URL("index.ts", import.meta.url).pathname;
  await using build = await rolldown({ input, platform: "browser", logLevel: "silent" });
  const { output } = await build.generate({ format: "esm", minify: true });
  return output[0].code;
}

test("what a page loads of it is at most 80 kB, minified and packed by gzip", async () => {
  const { byteLength } = gzipSync(await bundle(), { level: 9 });
  expect(byteLength / 1024).toBeLessThan(KILOBYTES_MAX);
});

test("it makes no code of texts: it works where a page's policy forbids that", async () => {
  const code = await bundle();
  expect(code).not.toMatch(/\beval\(|new Function\(|import\(/);
  const program = `
    ${code.replace(/export\s*\{/, "const exported = {").replace(/(\w+) as (\w+)/g, "$2: $1")}
    const files = new Map([
      ["Chart.yaml", "apiVersion: v2\\nversion: 1.0.0\\n"],
      ["platz/values-ui.yaml", JSON.stringify({
        inputs: [{ id: "a", type: "text", label: "A", showIf: { "==": [{ var: "b" }, 1] } }],
        outputs: { values: [{ path: ["a"], value: { FieldValue: { input: "a" } } }] },
      })],
    ]);
    const { valuesUi, issues } = exported.parseChart(files);
    const form = exported.chartFormOf(valuesUi);
    const schema = new Map([files.entries().next().value, ["values.schema.json", '{"properties":{"a":{"pattern":"^x"}}}']]);
    const checked = exported.chartFormOf(exported.parseChart(schema).valuesUi).check({ a: "y" });
    let isForbidden = false;
    try { Function("return 1")(); } catch { isForbidden = true; }
    form.renderValues({ a: "x", b: 1 }, () => null).then(({ values }) =>
      console.log(JSON.stringify({ isForbidden, issues, values, checked: checked.length })));
  `;
  const node = Bun.spawn(["node", "--disallow-code-generation-from-strings", "--input-type=module", "-"], {
    stdin: new Blob([program]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(node.stdout).text(), new Response(node.stderr).text()]);
  expect(err).toBe("");
  expect(JSON.parse(out)).toEqual({ isForbidden: true, issues: [], values: { a: "x" }, checked: 1 });
});

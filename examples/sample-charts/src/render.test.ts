import { expect, test } from "bun:test";
import { renderSecrets } from "@platz/chart-ext";
import {
  formOf,
  helm,
  type Inputs,
  injected,
  renderSample,
  sample,
  testSetting,
  unpackSample,
} from "./testing/render-sample.ts";

const vault = crypto.randomUUID();
const green = { hue: "green", litres: 2.5, replicas: 3, vault, note: 'say "hi"', glossy: true };
const { nodeSelector, tolerations, ingress } = injected;

test("every sample chart that can be rendered passes helm lint", async () => {
  for (const chart of [sample("paint-mixer"), sample("paint-mixer", "2.0.0"), sample("no-extensions")]) {
    await using unpacked = await unpackSample(chart);
    const { exit, out, err } = await helm("lint", unpacked.folder);
    expect({ exit, text: exit === 0 ? "" : out + err }).toEqual({ exit: 0, text: "" });
  }
});

test("the paint mixer renders its workloads from a filled-in form", async () => {
  const { exit, err, objects } = await renderSample(sample("paint-mixer"), green);
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  expect([...objects.keys()].sort()).toEqual([
    "Deployment paintmixer-lobby-web",
    "Ingress paintmixer-lobby",
    "Job paintmixer-lobby-prime-1",
    "Service paintmixer-lobby",
    "StatefulSet paintmixer-lobby-store",
  ]);
  const env = [
    { name: "HUE", value: "green" },
    { name: "NOTE", value: 'say "hi"' },
    { name: "GLOSSY", value: "true" },
  ];
  expect(objects.get("Deployment paintmixer-lobby-web")).toMatchObject({
    spec: {
      replicas: 3,
      template: {
        spec: {
          containers: [{ env, envFrom: [{ secretRef: { name: "mixer-keys" } }] }],
          volumes: [{ secret: { secretName: "platz-creds", optional: true } }],
        },
      },
    },
  });
  const pods = ["Deployment paintmixer-lobby-web", "StatefulSet paintmixer-lobby-store"];
  for (const name of [...pods, "Job paintmixer-lobby-prime-1"]) {
    expect(objects.get(name)).toMatchObject({ spec: { template: { spec: { nodeSelector, tolerations } } } });
  }
  expect(objects.get("Ingress paintmixer-lobby")).toMatchObject({
    spec: { ingressClassName: "nginx", tls: ingress.tls, rules: [{ host: "paintmixer-lobby.apps.test" }] },
  });
});

test("the paint mixer's secret holds the recipe key, and the litres where the hue asks for them", async () => {
  const { form } = await formOf(sample("paint-mixer"));
  const secrets = (inputs: Inputs) => renderSecrets(form, inputs, () => "s3cr3t");
  expect(await secrets(green)).toEqual([{ name: "mixer-keys", data: { LITRES: "2.5", TOKEN: "s3cr3t" } }]);
  const red = { hue: "red", vault, litres: 9 };
  expect(await secrets(red)).toEqual([{ name: "mixer-keys", data: { TOKEN: "s3cr3t" } }]);
});

test("the paint mixer has no Ingress unless Platz turns it on", async () => {
  const { exit, objects } = await renderSample(sample("paint-mixer"));
  expect(exit).toBe(0);
  expect([...objects.keys()].filter((key) => key.startsWith("Ingress"))).toEqual([]);
});

test("the second version gives the label to the mixer", async () => {
  const { objects } = await renderSample(sample("paint-mixer", "2.0.0"), { ...green, label: "sky: 1" });
  const env = expect.arrayContaining([{ name: "LABEL", value: "sky: 1" }]);
  expect(objects.get("Deployment paintmixer-lobby-web")).toMatchObject({
    spec: { template: { spec: { containers: [{ env }] } } },
  });
});

test("the API server accepts what both good versions of the paint mixer render", async () => {
  for (const tag of ["1.0.0", "2.0.0"]) {
    await using unpacked = await unpackSample(sample("paint-mixer", tag), green);
    const { exit, err } = await helm(
      ...["install", `dry-${crypto.randomUUID().slice(0, 8)}`, unpacked.folder, "--dry-run=server"],
      ...["--kubeconfig", testSetting("PLATZ_TEST_KUBECONFIG"), "--values", unpacked.values],
    );
    expect({ exit, err: exit === 0 ? "" : err }).toEqual({ exit: 0, err: "" });
  }
});

test("the broken version fails with its own sentence, whatever the form says", async () => {
  const { exit, err } = await renderSample(sample("paint-mixer", "2.1.0"), green);
  expect(exit).not.toBe(0);
  expect(err).toContain("The mixer of this version has no lid: use another version of the chart.");
});

test("the chart that cannot be rendered says what to change, and renders once that is changed", async () => {
  const broken = await renderSample(sample("broken-render"), {});
  expect(broken.exit).not.toBe(0);
  expect(broken.err).toContain("The mixer is broken: tick Repaired in the form.");
  expect((await renderSample(sample("broken-render"), { repaired: true })).exit).toBe(0);
});

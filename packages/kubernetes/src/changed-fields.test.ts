import { describe, expect, test } from "bun:test";
import { changedFields } from "./changed-fields.ts";
import { isSameQuantity } from "./quantity.ts";

type Fields = { readonly [key: string]: Fields };
const container = (...fields: string[]): Fields => ({
  'k:{"name":"app"}': Object.fromEntries([".", "f:name", ...fields].map((field) => [field, {}])),
});
const inPod = (containers: Fields): Fields => ({
  "f:spec": { "f:template": { "f:spec": { "f:containers": containers } } },
});
const by = (manager: string, fieldsV1: Fields, subresource?: string) => ({ manager, fieldsV1, subresource });

const stated = (app: object, more: object = {}) => ({
  spec: { ...more, template: { spec: { containers: [{ name: "app", image: "app:1", ...app }] } } },
});
const live = (app: object, managedFields: readonly object[], more: object = {}) => ({
  metadata: { managedFields },
  spec: {
    replicas: 1,
    ...more,
    template: {
      spec: {
        containers: [{ name: "app", image: "app:1", imagePullPolicy: "Always", ...app }],
        dnsPolicy: "ClusterFirst",
      },
    },
  },
});
const pathsOf = (...args: Parameters<typeof changedFields>) => changedFields(...args).map(({ path }) => path);

test("an object as it was applied, with what the server adds, has not changed", () => {
  const helm = by("helm", inPod(container("f:image")));
  expect(changedFields(stated({ env: [], securityContext: {}, tty: false }), live({}, [helm]))).toEqual([]);
});

test("a field that somebody else has set is told, with both values", () => {
  const managed = [by("helm", inPod(container())), by("kubectl-set", inPod(container("f:image")))];
  expect(changedFields(stated({}), live({ image: "app:2" }, managed))).toEqual([
    { path: "spec.template.spec.containers[app].image", stated: "app:1", live: "app:2" },
  ]);
});

test("what admission made of it while Helm applied it has not changed since", () => {
  const helm = by("helm", inPod(container("f:image")));
  expect(changedFields(stated({}), live({ image: "mirror.test/app:1" }, [helm]))).toEqual([]);
});

describe("replicas", () => {
  const scaled = { spec: { replicas: 2 } };
  const at = (count: number, managed: object) => ({
    metadata: { managedFields: [managed] },
    spec: { replicas: count },
  });
  const replicas = { "f:spec": { "f:replicas": {} } };

  test("that a person has set are told", () => {
    expect(pathsOf(scaled, at(5, by("kubectl", replicas, "scale")))).toEqual(["spec.replicas"]);
  });
  test("that an autoscaler has set are the autoscaler's", () => {
    expect(pathsOf(scaled, at(5, by("kube-controller-manager", replicas, "scale")))).toEqual([]);
  });
  test("that the manifest does not state are nobody's", () => {
    expect(pathsOf({ spec: {} }, at(5, by("kubectl", replicas, "scale")))).toEqual([]);
  });
});

test("an item that was taken out is told, one that was put in is not", () => {
  const env = [
    { name: "A", value: "1" },
    { name: "B", value: "2" },
  ];
  const managed = [by("helm", inPod(container("f:image")))];
  const changed = [
    { name: "X", value: "9" },
    { name: "B", value: "2" },
  ];
  expect(pathsOf(stated({ env }), live({ env: changed }, managed))).toEqual([
    "spec.template.spec.containers[app].env[A]",
  ]);
});

test("amounts are the same however they are written", () => {
  expect(isSameQuantity("0.5", "500m")).toBe(true);
  expect(isSameQuantity("1024Mi", "1Gi")).toBe(true);
  expect(isSameQuantity("1Gi", "1G")).toBe(false);
  expect(isSameQuantity("app", "app")).toBe(false);
  const limits = (cpu: unknown) => ({ resources: { limits: { cpu } } });
  expect(pathsOf(stated(limits(0.5)), live(limits("500m"), []))).toEqual([]);
});

test("lists without names are compared as a whole", () => {
  const args = (...words: string[]) => ({ args: words });
  expect(pathsOf(stated(args("a", "b")), live(args("a"), []))).toEqual([
    "spec.template.spec.containers[app].args",
  ]);
  expect(pathsOf(stated(args("a")), live(args("a"), []))).toEqual([]);
});

test.each([null, 5, "x", [], {}, { spec: 5 }, { metadata: { managedFields: "x" } }].map((odd) => ({ odd })))(
  "whatever the objects are, %j among them, nothing is thrown",
  ({ odd }) => {
    expect(changedFields(odd, odd)).toEqual([]);
    expect(changedFields(stated({}), odd)).toBeArray();
    expect(changedFields(odd, live({}, []))).toBeArray();
  },
);

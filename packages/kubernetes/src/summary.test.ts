import { expect, test } from "bun:test";
import { summarizeNamespace, summarizeWorkload } from "./summary.ts";

const uid = "0e5a4d3c-8d0a-4c2e-9d8b-5f0a1b2c3d4e";
const metadata = { uid, name: "web", namespace: "shop" };

test("what is shown of a workload holds no copy of what somebody applied, however short, and nothing long", () => {
  const annotations = {
    "kubectl.kubernetes.io/last-applied-configuration": '{"env":"s3cr3t"}',
    long: "x".repeat(100_000),
    note: "kept",
  };
  const shown = summarizeWorkload("Deployment", {
    metadata: { ...metadata, annotations, managedFields: [{}] },
  });
  expect(shown.metadata.annotations).toEqual({ note: "kept" });
  expect(JSON.stringify(shown)).not.toContain("s3cr3t");
  expect(Object.keys(shown.metadata)).not.toContain("managedFields");
});

test("a thousand labels are cut, odd ones are nothing, and neither makes the workload disappear", () => {
  const labels = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`label-${index}`, "x"]));
  expect(
    Object.keys(summarizeWorkload("Job", { metadata: { ...metadata, labels } }).metadata.labels).length,
  ).toBe(50);
  expect(summarizeWorkload("Job", { metadata: { ...metadata, labels: 7 } }).metadata.labels).toEqual({});
});

test("an object without a name, a namespace or a proper uid is refused", () => {
  for (const bad of [
    { ...metadata, uid: "1" },
    { uid, name: "web" },
    { uid, namespace: "shop" },
  ]) {
    expect(() => summarizeWorkload("Pod", { metadata: bad })).toThrow();
  }
});

test("a namespace whose annotation is no deployment's id is nobody's", () => {
  const namespace = (id: string) =>
    summarizeNamespace({ metadata: { uid, name: "shop", annotations: { platz_deployment_id: id } } })
      .deploymentId;
  expect(namespace(uid)).toBe(uid);
  for (const malformed of ["", "garbage", `${uid} `, `{${uid}}`]) expect(namespace(malformed)).toBeNull();
});
